using System.Globalization;
using System.Text.Json;
using Platform.Artifacts;
using Platform.FineTuning.Checkpoints;
using Platform.Modeling.Checkpoints;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>
/// A run's checkpoints in the store: <c>checkpoints/step-N/state/</c> and then, last, <c>checkpoints/step-N/complete.json</c>.
/// Without the latter, or made from something else, a checkpoint does not count.
/// </summary>
internal sealed class RunCheckpoints(WorkerRun run, RunIdentity identity, int keep)
{
    private const string Marker = "complete.json";

    /// <summary>SIGTERM is followed by SIGKILL half a minute later; a checkpoint that takes longer is lost either way.</summary>
    private static readonly TimeSpan UploadLimit = TimeSpan.FromSeconds(25);

    private readonly ArtifactUri _folder = run.Output.Combine("checkpoints/");

    private sealed record Completion(string StateSha256);

    /// <summary>Makes a state durable, then lets go of the oldest beyond the number to keep; the one with the lowest validation loss stays besides.</summary>
    public async Task SaveAsync(TrainingState state)
    {
        using var limit = new CancellationTokenSource(UploadLimit);
        var local = Path.Combine(run.Scratch, $"checkpoint-{state.Step}");
        CheckpointFolder.Write(state, local);
        var folder = _folder.Combine($"step-{state.Step}/");
        await run.Store.DeleteAsync(folder.Combine(Marker), limit.Token);
        var uploaded = await ArtifactFolder.UploadAsync(run.Store, local, folder.Combine("state/"), limit.Token);
        using var marker = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new Completion(uploaded.Sha256)));
        await run.Store.PutAsync(folder.Combine(Marker), marker, PutCondition.Overwrite, limit.Token);
        Directory.Delete(local, recursive: true);
        run.Log($"checkpoint of step {state.Step} saved");
        var best = state.Progress.Validation.BestStep;
        foreach (var (_, old) in (await CompleteAsync(limit.Token)).Where(kept => kept.Step != best).Skip(keep)) await DeleteAsync(old, limit.Token);
    }

    /// <summary>The state of a step that was saved before.</summary>
    /// <exception cref="ArtifactNotFoundException">There is none.</exception>
    public async Task<TrainingState> ReadAsync(long step, CancellationToken stop) => await ReadAsync(step, _folder.Combine($"step-{step}/"), stop);

    /// <summary>The newest state of this run that is complete and intact; null when there is none.</summary>
    public async Task<TrainingState?> NewestAsync(CancellationToken stop)
    {
        foreach (var (step, folder) in await CompleteAsync(stop))
        {
            try
            {
                var state = await ReadAsync(step, folder, stop);
                var differences = identity.DifferencesFrom(state.Identity);
                if (differences.Count == 0) return state;
                state.Dispose();
                run.Log($"the checkpoint of step {step} is left aside: {string.Join("; ", differences)}");
            }
            catch (Exception e) when (e is DigestMismatchException or ArtifactNotFoundException or CheckpointException or InvalidDataException or JsonException)
            {
                run.Log($"the checkpoint of step {step} is damaged and left aside: {e.Message}");
            }
        }

        return null;
    }

    private async Task<TrainingState> ReadAsync(long step, ArtifactUri folder, CancellationToken stop)
    {
        var completion = await CompletionOfAsync(folder, stop) ?? throw new InvalidDataException($"'{folder}{Marker}' is empty.");
        var local = Path.Combine(run.Scratch, $"resumed-{step}");
        await ArtifactFolder.DownloadAsync(run.Store, folder.Combine("state/"), completion.StateSha256, local, stop);
        var state = CheckpointFolder.Read(local);
        Directory.Delete(local, recursive: true);
        return state;
    }

    /// <summary>Checkpoints with their marker, newest first.</summary>
    private async Task<List<(long Step, ArtifactUri Folder)>> CompleteAsync(CancellationToken stop)
    {
        List<(long Step, ArtifactUri Folder)> found = [];
        await foreach (var file in run.Store.ListAsync(_folder, stop))
        {
            if (file.Uri.Key[_folder.Key.Length..].Split('/') is not [var name, Marker] || !name.StartsWith("step-", StringComparison.Ordinal)) continue;
            if (long.TryParse(name["step-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step)) found.Add((step, _folder.Combine($"{name}/")));
        }

        return [.. found.OrderByDescending(checkpoint => checkpoint.Step)];
    }

    private async Task<Completion?> CompletionOfAsync(ArtifactUri folder, CancellationToken stop)
    {
        await using var content = await run.Store.OpenReadAsync(folder.Combine(Marker), stop);
        return await JsonSerializer.DeserializeAsync<Completion>(content, cancellationToken: stop);
    }

    /// <summary>The marker goes first: a checkpoint half deleted is none.</summary>
    private async Task DeleteAsync(ArtifactUri folder, CancellationToken stop)
    {
        await run.Store.DeleteAsync(folder.Combine(Marker), stop);
        List<ArtifactUri> files = [];
        await foreach (var file in run.Store.ListAsync(folder, stop)) files.Add(file.Uri);
        foreach (var file in files) await run.Store.DeleteAsync(file, stop);
    }
}
