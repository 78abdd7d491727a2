using Grpc.Core;
using Platform.Artifacts;
using Platform.Protos.Artifacts.V1;

namespace Platform.Workers;

/// <summary>What a worker has at hand besides its spec.</summary>
public sealed class WorkerRun
{
    private readonly WorkerEnvironment _environment;

    internal WorkerRun(WorkerEnvironment environment, IArtifactStore store, string runId, string specDigest, ArtifactUri output, string scratch, TimeProvider clock)
    {
        _environment = environment;
        (Store, RunId, SpecDigest, Output, Scratch, Clock) = (store, runId, specDigest, output, scratch, clock);
    }

    public string RunId { get; }

    public string SpecDigest { get; }

    public IArtifactStore Store { get; }

    /// <summary>The folder in the store that receives what the worker makes.</summary>
    public ArtifactUri Output { get; }

    /// <summary>The worker's own folder on this machine.</summary>
    public string Scratch { get; }

    /// <summary>Counts the processes that worked on this spec, from 1.</summary>
    public int Attempt => _environment.Attempt;

    public TimeProvider Clock { get; }

    /// <summary>Tells people one event, in one line on standard output.</summary>
    public void Log(string line) => Console.Out.WriteLine(line);

    /// <summary>Downloads a pinned artifact and checks its digest; a copy that is already there and intact is used again.</summary>
    /// <returns>The absolute path of the file or folder.</returns>
    /// <param name="artifact">The artifact; its digest is checked.</param>
    /// <param name="field">The spec's field, for messages: <c>model.base</c>.</param>
    /// <exception cref="WorkerFailureException">The artifact is missing, malformed or has another digest.</exception>
    public Task<string> FetchAsync(Artifact? artifact, string field, CancellationToken cancellation) =>
        new ArtifactDownload(Store, Path.Combine(Scratch, "artifacts")).FetchAsync(artifact, field, cancellation);

    /// <summary>Downloads a pinned model: the base's folder and those of the adapters on it.</summary>
    /// <inheritdoc cref="FetchAsync"/>
    public async Task<FetchedModel> FetchModelAsync(ModelSource? source, string field, CancellationToken cancellation)
    {
        if (source is null) throw new WorkerFailureException(FailureReasons.SpecInvalid, $"{field} is missing from the spec.");
        var folder = await FetchAsync(source.Base, $"{field}.base", cancellation);
        List<string> adapters = [];
        for (var i = 0; i < source.Adapters.Count; i++) adapters.Add(await FetchAsync(source.Adapters[i], $"{field}.adapters[{i}]", cancellation));
        return new(folder, adapters);
    }

    /// <summary>Uploads a folder below <see cref="Output"/> and returns its reference once every file is durable.</summary>
    /// <param name="folder">A folder on this machine.</param>
    /// <param name="name">Its name below <see cref="Output"/>, without a trailing '/'.</param>
    public async Task<Artifact> PublishFolderAsync(string folder, string name, CancellationToken cancellation)
    {
        var published = await ArtifactFolder.UploadAsync(Store, folder, Output.Combine(name + "/"), cancellation);
        return new Artifact { Uri = published.Uri.ToString(), Sha256 = published.Sha256, SizeBytes = published.SizeBytes };
    }

    /// <summary>Opens the way to the stage's service.</summary>
    /// <param name="call">Makes the call: <c>(invoker, report, options) => new TrainingService.TrainingServiceClient(invoker).ReportProgressAsync(report, options).ResponseAsync</c>.</param>
    public ProgressReporter<TReport> OpenReports<TReport>(Func<CallInvoker, TReport, CallOptions, Task> call) => new(_environment, Clock, call);
}
