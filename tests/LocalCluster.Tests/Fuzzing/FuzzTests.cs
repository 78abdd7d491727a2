using System.Text;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Tests.ApiServer;

namespace Platform.LocalCluster.Tests.Fuzzing;

/// <summary>
/// Thousands of hostile requests through the real endpoint. A request may be refused in any way a real server refuses, which includes 500 without
/// a reason for some of its own defects; an InternalError (a bug), a broken connection or a server that no longer answers is a failure.
/// </summary>
public class FuzzTests
{
    /// <summary>FUZZ_REQUESTS asks for a longer run.</summary>
    private static readonly int Requests = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_REQUESTS"), out var asked) ? asked : 6000;
    private const int AtOnce = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task NoRequestBreaksTheServer()
    {
        await using var server = await RunningServer.StartAsync();
        var accepted = 0;
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(1, Requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
        {
            using var request = new RequestFuzz(seed).Next();
            var (code, fault) = await SendAsync(server, request);
            if (fault is not null) failures.Add($"seed {seed}: {fault}");
            if (code is >= 200 and < 300) Interlocked.Increment(ref accepted);
        });
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(20)));
        Assert.True(accepted > Requests / 10, $"only {accepted} of {Requests} requests were good enough to be accepted: the others test little");
        var (code, _) = await server.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"good"},"data":{"k":"v"}}""");
        Assert.Equal(201, code);
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/configmaps/good")).Code);
        await server.RestartAsync();
        Assert.Equal(200, (await server.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/configmaps/good")).Code);
    }

    private static async Task<(int Code, string? Fault)> SendAsync(RunningServer server, HttpRequestMessage request)
    {
        using var limit = new CancellationTokenSource(Patience);
        var sent = request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync(limit.Token));
        var line = $"{request.Method} {request.RequestUri} {request.Headers.Accept} {request.Content?.Headers.ContentType} {(sent.Length > 1500 ? sent[..1500] : sent)}";
        try
        {
            using var response = await server.Http.SendAsync(request, limit.Token);
            var answer = await response.Content.ReadAsStringAsync(limit.Token);
            var code = (int)response.StatusCode;
            if (code < 500) return (code, null);
            var reason = answer.StartsWith('{') ? JsonNode.Parse(answer).Text("reason") : answer;
            return (code, code is 500 or 504 && reason is null or "Timeout" ? null : $"{line}\n  answered with {code} {answer}");
        }
        catch (Exception broken) when (broken is HttpRequestException or OperationCanceledException or IOException)
        {
            return (0, $"{line}\n  was not answered: {broken.GetBaseException().Message}");
        }
    }
}
