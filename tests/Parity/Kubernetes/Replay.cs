using System.Diagnostics;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Scheduling;

namespace Platform.Parity.Kubernetes;

/// <summary>Runs a folder's replay.py against an embedded cluster of its own.</summary>
internal static class Replay
{
    public static async Task<Dictionary<string, ParityVerdict>> RunAsync(string fixtures, IEnumerable<string> names)
    {
        var scratch = Directory.CreateTempSubdirectory("parity-kubernetes-");
        try
        {
            await using var server = await LocalApiServer.StartAsync(new LocalApiServerOptions { DataFolder = Path.Combine(scratch.FullName, "cluster") });
            using var client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(server.Kubeconfig));
            using var controllers = await LocalControllers.StartAsync(client, new LocalControllersOptions(), NullLoggerFactory.Instance);
            using var scheduler = new LocalScheduler(client, NullLogger<LocalScheduler>.Instance);
            await using var kubelet = new ProcessKubelet(client, new ProcessKubeletOptions { RootFolder = Path.Combine(scratch.FullName, "pods") }, NullLoggerFactory.Instance);
            await scheduler.StartAsync(default);
            await kubelet.StartAsync(default);
            var report = Path.Combine(scratch.FullName, "report.json");
            await ReplayAsync(fixtures, server.Kubeconfig, names, report);
            await kubelet.StopAsync(default);
            await scheduler.StopAsync(default);
            await controllers.StopAsync(default);
            return Verdicts(await File.ReadAllTextAsync(report));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static async Task ReplayAsync(string fixtures, string kubeconfig, IEnumerable<string> names, string report)
    {
        Process replay;
        try
        {
            replay = Process.Start(new ProcessStartInfo("python3", [Path.Combine(fixtures, "replay.py"), "--kubeconfig", kubeconfig, "--only", string.Join(',', names), "--json", report])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new UnsupportedCaseException("python3, which replays the scenarios, is not installed");
        }

        using (replay)
        {
            var output = replay.StandardOutput.ReadToEndAsync();
            var errors = replay.StandardError.ReadToEndAsync();
            await replay.WaitForExitAsync();
            if (!File.Exists(report)) throw new InvalidOperationException($"The replay wrote no report: {await output}{await errors}");
        }
    }

    private static Dictionary<string, ParityVerdict> Verdicts(string report) => JsonNode.Parse(report)!["scenarios"]!.AsArray().ToDictionary(
        scenario => scenario!["name"]!.GetValue<string>(),
        scenario => scenario!["skipped"]?.GetValue<bool>() == true ? new ParityVerdict.Unsupported("kubectl is not installed")
            : scenario["passed"]!.GetValue<bool>() ? new ParityVerdict.Passed()
            : (ParityVerdict)new ParityVerdict.Failed(scenario["failures"]!.ToJsonString()));
}
