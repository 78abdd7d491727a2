using System.Globalization;
using Platform.FineTune.Api.V1Alpha1;
using Spectre.Console;

namespace Platform.Local.Follow;

/// <summary>Prints a job's progress until it ends: a line per stage, and below it what the running stage is doing.</summary>
public sealed class JobFollower(JobClient jobs, IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Without a terminal a progress line is printed at most this often.</summary>
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    /// <returns>The job in its final state.</returns>
    public async Task<FineTuneJob> FollowAsync(JobManifest manifest, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        var (phase, lastLine, lastPrinted) = ("", "", TimeSpan.MinValue);
        HashSet<string> reached = [];
        while (true)
        {
            var job = await jobs.FindAsync(manifest, cancellation) ?? throw new JobRefusedException($"The job {manifest.Namespace}/{manifest.Name} was deleted while it ran.");
            var now = time.GetElapsedTime(start);
            var status = job.Status;
            foreach (var milestone in Milestones(status).Where(milestone => reached.Add(milestone.Type)))
            {
                ClearLine();
                console.MarkupLineInterpolated($"[grey]{Clock(now)}[/] [green]{milestone.Type,-12}[/] {milestone.Message}");
            }

            if (status.Phase is { } current && current != phase)
            {
                ClearLine();
                console.MarkupLineInterpolated($"[grey]{Clock(now)}[/] [bold]{current,-12}[/] {Message(status)}");
                (phase, lastLine, lastPrinted) = (current, "", now);
            }

            if (HasEnded(job))
            {
                ClearLine();
                return job;
            }

            if (Describe(status.Progress) is { Length: > 0 } line && line != lastLine && (console.Profile.Out.IsTerminal || now - lastPrinted >= PlainInterval))
            {
                PrintLine($"{Clock(now)}   {line}");
                (lastLine, lastPrinted) = (line, now);
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    public static bool HasEnded(FineTuneJob job) =>
        job.Status.ObservedGeneration == job.Generation
        && (job.Status.Conditions.StatusOf(Conditions.Succeeded) != "Unknown" || job.Status.Conditions.IsTrue(Conditions.Stalled));

    /// <summary>The stages that are done, in their order.</summary>
    private static IEnumerable<Condition> Milestones(FineTuneJobStatus status) =>
        from condition in status.Conditions ?? []
        where condition.Type is Conditions.DatasetReady or Conditions.ModelReady or Conditions.Trained or Conditions.Quantized or Conditions.Evaluated or Conditions.Registered
        where condition.Status == "True"
        select condition;

    private static string Describe(ProgressStatus? progress) => progress switch
    {
        null => "",
        { Step: { } step } => string.Join("  ", new[]
        {
            $"step {step}/{progress.TotalSteps}",
            progress.Loss is { } loss ? $"loss {loss}" : null,
            progress.TokensPerSecond is { } speed ? $"{speed} tokens/s" : null,
            progress.Eta is { } eta ? $"ETA {eta}" : null,
        }.Where(part => part is not null)),
        _ => progress.Summary ?? "",
    };

    private static string Message(FineTuneJobStatus status) => status.Conditions?.FirstOrDefault(condition => condition.Type == Conditions.Succeeded)?.Message ?? "";

    private static string Clock(TimeSpan elapsed) => elapsed.ToString(@"mm\:ss", CultureInfo.InvariantCulture);

    private void PrintLine(string line)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.WriteLine(line);
            return;
        }

        console.Profile.Out.Writer.Write($"\r\u001b[2K{line[..Math.Min(line.Length, console.Profile.Width - 1)]}");
        console.Profile.Out.Writer.Flush();
    }

    private void ClearLine()
    {
        if (console.Profile.Out.IsTerminal) console.Profile.Out.Writer.Write("\r\u001b[2K");
    }
}
