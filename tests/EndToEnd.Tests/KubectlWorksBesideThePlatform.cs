using System.Diagnostics;
using Platform.Testing;

namespace Platform.EndToEnd.Tests;

public sealed class KubectlWorksBesideThePlatform
{
    [Fact]
    public async Task ApplyGetDescribeLogsWaitAndDelete()
    {
        Assert.SkipWhen(!Installed(), "kubectl is not installed.");
        await using var platform = new LocalPlatformProcess();
        await platform.StartAsync();
        var job = Path.Combine(platform.Folder.Root, "job.json");
        var manifest = SampleJob.Quickstart("kubectl");
        manifest.Body["spec"]!["training"]!.AsObject().Remove("epochs");
        manifest.Body["spec"]!["training"]!["maxSteps"] = 3;
        manifest.Body["spec"]!["evaluate"]!.AsObject().Remove("gate");
        await File.WriteAllTextAsync(job, manifest.Body.ToJsonString());

        Assert.Contains("finetunejob.finetune.platform.io/kubectl created", Kubectl(platform, "apply", "-f", job));
        Kubectl(platform, "apply", "-f", job);
        Assert.Equal("1", Kubectl(platform, "get", "ftj", "kubectl", "-o", "jsonpath={.metadata.generation}"));
        Assert.Contains("condition met", Kubectl(platform, "wait", "ftj/kubectl", "--for=condition=Succeeded", "--timeout=240s"));

        var table = Kubectl(platform, "get", "ftj");
        Assert.Contains("PHASE", table);
        Assert.Contains("Succeeded", table);
        Assert.Contains("Registered", Kubectl(platform, "describe", "ftj", "kubectl"));
        var pods = Kubectl(platform, "get", "pods", "-o", "name").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, pods.Length);
        Assert.All(pods, pod => Assert.NotEmpty(Kubectl(platform, "logs", pod)));

        Assert.Contains("deleted", Kubectl(platform, "delete", "ftj", "kubectl", "--timeout=60s"));
        await Eventually.Async("its Jobs and pods are gone too", TimeSpan.FromSeconds(30), () => Kubectl(platform, "get", "jobs,pods", "-o", "name").Length == 0);
    }

    private static string Kubectl(LocalPlatformProcess platform, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", platform.Folder.Kubeconfig, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{errors.Result}\n{platform.Output()}");
        return output;
    }

    private static bool Installed() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "kubectl")));
}
