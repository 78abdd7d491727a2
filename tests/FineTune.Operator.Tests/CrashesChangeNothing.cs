using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Platform.FineTune.Operator.Tests;

/// <summary>Every write of the whole way is lost once before and once after it was carried out; the end is always the same.</summary>
public sealed partial class CrashesChangeNothing
{
    [Fact]
    public async Task WhereverTheOperatorIsKilledTheEndIsTheSame()
    {
        var (expected, writes) = await RunAsync(-1, Fault.None);
        Assert.InRange(writes, 20, 60);
        for (var lost = 0; lost < writes; lost++)
        {
            Assert.Equal(expected, (await RunAsync(lost, Fault.LoseRequest)).End);
            Assert.Equal(expected, (await RunAsync(lost, Fault.LoseAnswer)).End);
        }
    }

    private static async Task<(string End, int Writes)> RunAsync(int lost, Fault fault)
    {
        using var world = new World();
        var writes = 0;
        world.Apply(SomeJobs.Full());
        world.Api.Faults = request => request.Method != HttpMethod.Get && writes++ == lost ? fault : Fault.None;
        await world.RunToTheEndAsync();
        return (world.Api.Do(store => string.Join("\n", store.Keys.Where(key => !key.StartsWith("events/", StringComparison.Ordinal)).Select(key => Normalise(key, store)))), writes);
    }

    private static string Normalise(string key, ApiStore store)
    {
        var parts = key.Split('/');
        var entity = (JsonObject)store.Get(ApiPath.Of(parts[0], parts[1], parts[2])).DeepClone();
        var metadata = entity["metadata"]!.AsObject();
        if (entity["kind"]!.ToString() != "FineTuneJob") metadata.Remove("uid");
        metadata.Remove("resourceVersion");
        return $"{key} {Times().Replace(entity.ToJsonString(), "<time>")}";
    }

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Times();
}
