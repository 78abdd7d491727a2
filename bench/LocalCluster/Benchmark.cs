using System.Diagnostics;
using System.Globalization;

namespace Platform.LocalCluster.Bench;

/// <summary>The figures of an API server that the platform relies on, each beside its target. The watches run from the first to the last.</summary>
internal static class Benchmark
{
    private const int Watchers = 100;
    private const int Writers = 32;
    private const int Changes = 200;
    private const string Jobs = "bench-jobs";
    private const string Changing = "bench-changing";

    public static async Task<int> RunAsync(FileInfo? kubeconfig, int jobs, int watches, TextWriter output, CancellationToken cancellation)
    {
        var scratch = Directory.CreateTempSubdirectory("bench-localcluster-");
        try
        {
            await using var embedded = kubeconfig is null ? await EmbeddedServer.StartAsync(scratch.FullName, cancellation) : null;
            using var server = ApiConnection.Open(kubeconfig?.FullName ?? embedded!.Kubeconfig);
            var load = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg", cancellation)).Split(' ')[0] : "unknown";
            await output.WriteLineAsync($"{(embedded is null ? kubeconfig!.Name : "embedded server")}, {Environment.ProcessorCount} cores shared with this client, load {load} at the start");
            return await MeasureAsync(server, embedded, jobs, watches, new Report(output), cancellation) ? 0 : 1;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static async Task<bool> MeasureAsync(ApiConnection server, EmbeddedServer? embedded, int jobs, int watches, Report report, CancellationToken cancellation)
    {
        var resource = new FineTuneJobs(server);
        await resource.InstallAsync(cancellation);
        foreach (var ns in (string[])[Jobs, Changing]) await resource.MakeNamespaceAsync(ns, cancellation);
        try
        {
            await WarmUpAsync(server, cancellation);
            await using var set = new WatchSet();
            var quiet = Enumerable.Range(0, Math.Max(0, watches - Watchers)).Select(i => FineTuneJobs.Path($"bench-quiet-{i}"));
            var busy = Enumerable.Repeat(FineTuneJobs.Path(Changing), Math.Min(watches, Watchers));
            await set.OpenAsync(server, quiet.Concat(busy).Select(path => path + "?watch=true&allowWatchBookmarks=true"), cancellation);

            await CreateAsync(server, embedded, jobs, report, cancellation);
            await ListAsync(server, jobs, report, cancellation);
            await FanOutAsync(server, set, report, cancellation);
            report.Add("watches still open", set.Open, "", watches, atLeast: true);
            if (embedded?.Memory() is { } memory) report.Add("server memory, peak", memory.Peak, "MiB", 512, atLeast: false);
            return report.AllHold;
        }
        finally
        {
            foreach (var ns in (string[])[Jobs, Changing]) await resource.DropNamespaceAsync(ns, cancellation);
        }
    }

    /// <summary>What runs for the first time is compiled first; that is no property of the server.</summary>
    private static async Task WarmUpAsync(ApiConnection server, CancellationToken cancellation)
    {
        await InParallelAsync(500, i => server.ExpectAsync(HttpMethod.Post, FineTuneJobs.Path(Jobs), FineTuneJobs.Body($"warm-{i}"), cancellation));
        await server.ExpectAsync(HttpMethod.Get, FineTuneJobs.Path(Jobs), null, cancellation);
        await server.ExpectAsync(HttpMethod.Delete, FineTuneJobs.Path(Jobs), null, cancellation);
    }

    private static async Task CreateAsync(ApiConnection server, EmbeddedServer? embedded, int jobs, Report report, CancellationToken cancellation)
    {
        var before = embedded?.ProcessorTime();
        var watch = Stopwatch.StartNew();
        await InParallelAsync(jobs, i => server.ExpectAsync(HttpMethod.Post, FineTuneJobs.Path(Jobs), FineTuneJobs.Body($"job-{i}"), cancellation));
        report.Add($"creates ({jobs} jobs, {Writers} at a time)", jobs / watch.Elapsed.TotalSeconds, "/s", 1000, atLeast: true);
        if (embedded is not null) report.Note("server's processor time per create", (embedded.ProcessorTime() - before!.Value).TotalMilliseconds / jobs, "ms");
    }

    private static async Task ListAsync(ApiConnection server, int jobs, Report report, CancellationToken cancellation)
    {
        List<double> seconds = [];
        long bytes = 0;
        for (var round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            bytes = (await server.ExpectAsync(HttpMethod.Get, FineTuneJobs.Path(Jobs), null, cancellation)).Length;
            seconds.Add(watch.Elapsed.TotalSeconds);
        }
        report.Add(string.Create(CultureInfo.InvariantCulture, $"list of {jobs} jobs ({bytes / 1048576.0:0.0} MiB), slowest of 5"), seconds.Max(), "s", 1, atLeast: false);
    }

    /// <summary>One object changes again and again; from before each write is sent until each watcher has the line.</summary>
    private static async Task FanOutAsync(ApiConnection server, WatchSet set, Report report, CancellationToken cancellation)
    {
        var path = FineTuneJobs.Path(Changing);
        await server.ExpectAsync(HttpMethod.Post, path, FineTuneJobs.Body("changing"), cancellation);
        var sent = new long[Changes];
        for (var change = 0; change < Changes; change++)
        {
            sent[change] = Stopwatch.GetTimestamp();
            await server.ExpectAsync(HttpMethod.Patch, $"{path}/changing", $$$$"""{"metadata":{"annotations":{"{{{{WatchSet.Mark}}}}":"{{{{change}}}}"}}}""", cancellation, "application/merge-patch+json");
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }
        for (var patience = 0; patience < 100 && set.Arrivals.Count < Changes * Watchers; patience++) await Task.Delay(50, cancellation);
        var delays = set.Arrivals.Select(a => Stopwatch.GetElapsedTime(sent[a.Change], a.At).TotalMilliseconds).Order().ToList();
        if (delays.Count != Changes * Watchers) throw new InvalidOperationException($"{delays.Count} of {Changes * Watchers} events arrived.");
        report.Add($"watch fan-out to {Watchers} watchers, median", delays[delays.Count / 2], "ms", 50, atLeast: false);
        report.Add($"watch fan-out to {Watchers} watchers, p99", delays[delays.Count * 99 / 100], "ms", 50, atLeast: false);
    }

    private static Task InParallelAsync(int count, Func<int, Task> work)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < count) await work(i);
        }));
    }
}
