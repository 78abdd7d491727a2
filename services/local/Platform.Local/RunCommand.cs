using Grpc.Core;
using Grpc.Net.Client;
using k8s;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Local.Follow;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Registry.V1;
using Spectre.Console;

namespace Platform.Local;

/// <summary>Applies a job, follows it and prints the result; starts a platform for it when none runs.</summary>
public static class RunCommand
{
    private const int Failed = 1;
    private const int Refused = 2;

    /// <returns>0 when the job succeeded and its gate held, 1 when it did not, 2 when it was refused.</returns>
    public static async Task<int> RunAsync(PlatformFolder folder, string manifestPath, bool fresh, CancellationToken cancellation)
    {
        var console = AnsiConsole.Console;
        // A log file has no width; a terminal keeps its own.
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = 140;
        try
        {
            var manifest = JobManifest.Read(manifestPath);
            if (folder.Running() is { } running) return await FollowAsync(folder, running, manifest, fresh, console, cancellation);

            console.WriteLine("Starting the platform on this machine ...");
            if (await BackgroundPlatform.StartAsync(folder, TextWriter.Null, Console.Error, cancellation) != 0) return Failed;
            try
            {
                return await FollowAsync(folder, folder.Running()!, manifest, fresh, console, cancellation);
            }
            finally
            {
                await BackgroundPlatform.StopAsync(folder, TextWriter.Null, CancellationToken.None);
            }
        }
        catch (Exception refusal) when (refusal is FormatException or JobRefusedException)
        {
            console.MarkupLineInterpolated($"[red]Refused:[/] {refusal.Message}");
            return Refused;
        }
    }

    private static async Task<int> FollowAsync(PlatformFolder folder, LocalEndpoints endpoints, JobManifest manifest, bool fresh, IAnsiConsole console, CancellationToken cancellation)
    {
        using var kubernetes = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(folder.Kubeconfig));
        var jobs = new JobClient(kubernetes);
        if (fresh) await jobs.DeleteAsync(manifest, cancellation);
        await jobs.ApplyAsync(manifest, cancellation);
        console.MarkupLineInterpolated($"finetunejob [bold]{manifest.Namespace}/{manifest.Name}[/] applied");

        var job = await new JobFollower(jobs, console, TimeProvider.System).FollowAsync(manifest, cancellation);
        using var channel = GrpcChannel.ForAddress(endpoints.Grpc);
        await PrintReportAsync(job, channel, console, cancellation);
        return job.Status.Conditions.IsTrue(Conditions.Succeeded) ? 0 : Failed;
    }

    private static async Task PrintReportAsync(FineTuneJob job, GrpcChannel channel, IAnsiConsole console, CancellationToken cancellation)
    {
        try
        {
            var scorecard = job.Status.Conditions.IsTrue(Conditions.Evaluated)
                ? (await new EvaluationService.EvaluationServiceClient(channel).GetRunAsync(new() { RunId = job.RunId }, cancellationToken: cancellation)).Result?.Scorecard
                : null;
            var version = job.Status.ModelVersion is { } registered
                ? await new RegistryService.RegistryServiceClient(channel).GetModelVersionAsync(new() { Model = registered.Model, Version = registered.Version }, cancellationToken: cancellation)
                : null;
            RunReport.Print(console, scorecard, version?.Quantized ?? [], version);
        }
        catch (RpcException problem)
        {
            console.MarkupLineInterpolated($"[yellow]The report could not be read:[/] {problem.Status.Detail}");
        }
    }
}
