using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Platform.LocalCluster.Tests.Conformance;

/// <summary>What a real Kubernetes API server answered, replayed. NotPassing.txt lists what is left out, and why.</summary>
public class RecordedScenariosTests
{
    private static string Root => FindRoot();

    [Fact]
    public async Task TheRecordedScenariosPass()
    {
        if (!Has("python3")) Assert.Skip("python3 is not installed; it runs tests/fixtures/kubernetes/replay.py");
        var fixtures = Path.Combine(Root, "tests", "fixtures", "kubernetes");
        var left = Expected().Keys.ToHashSet();
        var names = Directory.EnumerateFiles(fixtures, "*.json", SearchOption.AllDirectories).Where(f => Path.GetFileName(Path.GetDirectoryName(f)) is "http" or "kubectl")
            .Select(f => Path.GetFileNameWithoutExtension(f)).Where(name => !left.Contains(name) && (Has("kubectl") || !name.StartsWith("kubectl-", StringComparison.Ordinal))).ToList();
        await using var cluster = await WholeCluster.StartAsync();
        var server = cluster.Server;
        var report = Path.Combine(server.Folder, "report.json");
        var run = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(fixtures, "replay.py"), "--kubeconfig", server.Kubeconfig, "--only", string.Join(',', names), "--json", report]) run.ArgumentList.Add(argument);
        using var replay = Process.Start(run)!;
        var output = replay.StandardOutput.ReadToEndAsync();
        var errors = replay.StandardError.ReadToEndAsync();
        await replay.WaitForExitAsync();
        Assert.True(File.Exists(report), await output + await errors);
        var failed = JsonNode.Parse(await File.ReadAllTextAsync(report))!["scenarios"]!.AsArray().Where(s => !(bool)s!["passed"]! && (bool?)s["skipped"] != true);
        Assert.Empty(failed.Select(s => $"{s!["name"]}: {s["failures"]!.ToJsonString()}"));
    }

    [Fact]
    public void TheDocumentationListsWhatDoesNotPass()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "localcluster.md"));
        foreach (var name in Expected().Keys) Assert.Contains($"`{name}`", page, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Expected() =>
        File.ReadAllLines(Path.Combine(Root, "tests", "LocalCluster.Tests", "Conformance", "NotPassing.txt"))
            .Where(line => line.Contains(": ", StringComparison.Ordinal)).ToDictionary(line => line.Split(": ")[0], line => line.Split(": ", 2)[1]);

    private static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Platform.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Platform.sln is in no folder above the tests.");
        return folder;
    }
}
