using System.Globalization;
using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Rendering;
using Platform.Protos.Datasets.V1;
using Platform.Protos.Registry.V1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>
/// Pins model and rows by digest, once per job: what an alias or a file means later does not change what this job trains.
/// Broken rows end the job here, before there is any pod.
/// </summary>
public sealed class ResolvePhase(DatasetsService.DatasetsServiceClient datasets, RegistryService.RegistryServiceClient registry, TimeProvider time) : IPhase
{
    public Stage Stage => Stage.Resolve;

    public async Task<Outcome> RunAsync(JobRun run, CancellationToken cancellation)
    {
        var model = await ResolveModelAsync(run, cancellation);
        var dataset = await ResolveDatasetAsync(run, cancellation);
        if (dataset is Outcome.Done) dataset = await ResolveSuitesAsync(run, cancellation);
        if (dataset is Outcome.Done) run.Holds(Conditions.DatasetReady, Reasons.Resolved, Describe(run.Status.Dataset!));
        return dataset is Outcome.Stalled ? dataset : model is Outcome.Done ? dataset : model;
    }

    private async Task<Outcome> ResolveModelAsync(JobRun run, CancellationToken cancellation)
    {
        var uri = run.Job.Spec.Model.Uri;
        if (run.Status.Model?.Uri != uri)
        {
            try
            {
                var answer = await registry.ResolveModelAsync(new() { Uri = uri }, deadline: Deadline(), cancellationToken: cancellation);
                run.Status = run.Status with { Model = answer.Model.ToStatus(uri) };
            }
            catch (RpcException refused) when (refused.IsRefusal())
            {
                var reason = refused.StatusCode == StatusCode.NotFound ? Reasons.ModelNotFound : Reasons.ModelInvalid;
                return new Outcome.Stalled(reason, $"spec.model.uri '{uri}': {refused.Status.Detail}");
            }
            catch (RpcException unavailable)
            {
                return ServiceOutcome.Of(unavailable);
            }
        }

        run.Holds(Conditions.ModelReady, Reasons.Resolved, $"{uri} is {run.Status.Model!.Base.Uri} with the digest {Short(run.Status.Model.Base.Sha256)}.");
        return Outcome.Completed;
    }

    private async Task<Outcome> ResolveDatasetAsync(JobRun run, CancellationToken cancellation)
    {
        if (run.Status.Dataset is not null) return Outcome.Completed;
        var spec = run.Job.Spec.Dataset;
        var request = new ResolveDatasetRequest
        {
            RunId = run.Job.RunId,
            Uri = spec.Uri,
            Format = spec.Format,
            ValidationShare = SpecValidation.Number(spec.Split.Validation),
            Seed = (ulong)spec.Split.Seed,
            Source = spec.Source == "auto" ? "" : spec.Source,
            Columns = { spec.Columns ?? new Dictionary<string, string>() },
            Filter = spec.Filter is { } filter ? new() { MinCharacters = filter.MinCharacters, MaxCharacters = filter.MaxCharacters ?? 0, DropDuplicates = filter.DropDuplicates } : null,
        };
        var (dataset, problem) = await ResolveAsync(request, "spec.dataset.uri", cancellation);
        if (problem is not null) return problem;
        run.Status = run.Status with
        {
            Dataset = new()
            {
                Digest = dataset!.Digest,
                Format = dataset.Format,
                Train = dataset.Train.ToStatus(),
                TrainRows = dataset.TrainRows,
                Validation = dataset.Validation?.ToStatus(),
                ValidationRows = dataset.Validation is null ? null : dataset.ValidationRows,
                LabelNames = dataset.LabelNames.Count == 0 ? null : [.. dataset.LabelNames],
            },
        };
        return Outcome.Completed;
    }

    // A suite's rows are all kept: nothing is split off what is only measured on.
    private async Task<Outcome> ResolveSuitesAsync(JobRun run, CancellationToken cancellation)
    {
        List<PinnedSuite> pinned = [];
        foreach (var suite in run.Job.Spec.Evaluate?.Suites ?? [])
        {
            if (suite.Dataset is not { } own) continue;
            if (run.Status.Suites?.FirstOrDefault(known => known.Name == suite.Name && known.Uri == own.Uri && known.Format == own.Format) is { } known)
            {
                pinned.Add(known);
                continue;
            }

            var request = new ResolveDatasetRequest { RunId = run.Job.RunId, Uri = own.Uri, Format = own.Format };
            var (dataset, problem) = await ResolveAsync(request, $"spec.evaluate.suites[{suite.Name}].dataset.uri", cancellation);
            if (problem is not null) return problem;
            pinned.Add(new() { Name = suite.Name, Uri = own.Uri, Digest = dataset!.Digest, Format = dataset.Format, Rows = dataset.Train.ToStatus() });
        }

        run.Status = run.Status with { Suites = pinned.Count == 0 ? null : pinned };
        return Outcome.Completed;
    }

    private async Task<(Dataset? Dataset, Outcome? Problem)> ResolveAsync(ResolveDatasetRequest request, string field, CancellationToken cancellation)
    {
        try
        {
            var answer = await datasets.ResolveDatasetAsync(request, deadline: Deadline(), cancellationToken: cancellation);
            return answer.OutcomeCase == ResolveDatasetResponse.OutcomeOneofCase.Dataset
                ? (answer.Dataset, null)
                : (null, new Outcome.Stalled(Reasons.DatasetInvalid, Describe(field, request.Uri, answer.Rejection)));
        }
        catch (RpcException refused) when (refused.IsRefusal())
        {
            var reason = refused.StatusCode == StatusCode.NotFound ? Reasons.DatasetNotFound : Reasons.DatasetInvalid;
            return (null, new Outcome.Stalled(reason, $"{field} '{request.Uri}': {refused.Status.Detail}"));
        }
        catch (RpcException unavailable)
        {
            return (null, ServiceOutcome.Of(unavailable));
        }
    }

    private static string Describe(string field, string uri, DatasetRejection rejection)
    {
        var lines = rejection.Problems.Take(20).Select(problem => $"line {problem.Line}: {problem.Reason}");
        return $"{field} '{uri}': {rejection.Message}\n{string.Join("\n", lines)}".TrimEnd();
    }

    private static string Describe(PinnedDataset dataset) => string.Create(CultureInfo.InvariantCulture,
        $"{dataset.TrainRows} rows to train on, {dataset.ValidationRows ?? 0} to validate with; digest {Short(dataset.Digest)}.");

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;

    private DateTime Deadline() => time.GetUtcNow().UtcDateTime + ServiceOutcome.Patience;
}
