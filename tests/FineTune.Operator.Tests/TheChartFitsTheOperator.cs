using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using Platform.Testing;

namespace Platform.FineTune.Operator.Tests;

/// <summary>What Helm's own tools would not notice: rights, variables and values that the code needs or does not know.</summary>
public sealed partial class TheChartFitsTheOperator : IDisposable
{
    private static readonly string Chart = Path.Combine(RepositoryFolder.Root, "charts", "platform");
    private readonly World _world = new();

    [Fact]
    public async Task TheOperatorMayDoWhatItDoes()
    {
        _world.Apply(SomeJobs.Full(spec => spec with { TtlSecondsAfterFinished = 1 }));
        await _world.ReconcileAsync();
        await _world.Workers.WorkAsync();
        _world.Change("""{"spec":{"suspend":true}}""");
        await _world.ReconcileAsync();
        _world.Change("""{"spec":{"suspend":false,"training":{"learningRate":"1e-4"}}}""");
        await _world.RunToTheEndAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(5));
        await _world.ReconcileAsync();
        var rights = Rights();
        Assert.All(_world.Api.Requests.Distinct(), request => Assert.Contains(Right(request), rights));
        foreach (var needed in new[] { "watch finetunejobs", "patch finetunejobs", "update finetunejobs/finalizers", "watch jobs", "create leases", "update leases" }) Assert.Contains(needed, rights);
    }

    [Fact]
    public void NobodyGetsRightsOnPodsExecOrListsSecrets()
    {
        var rights = Rights();
        Assert.DoesNotContain(rights, right => right.Contains("exec", StringComparison.Ordinal) || right is "list secrets" or "watch secrets" || right.Contains('*'));
    }

    [Fact]
    public void EveryValueATemplateUsesIsInTheValuesAndTheSchemaHasTheSameKeys()
    {
        var values = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(KubernetesYaml.Deserialize<Dictionary<string, object>>(File.ReadAllText(Path.Combine(Chart, "values.yaml")))))!;
        foreach (var template in Directory.GetFiles(Path.Combine(Chart, "templates")))
            foreach (Match use in Uses().Matches(File.ReadAllText(template)))
                Assert.True(use.Groups[1].Value.Split('.').Aggregate(values, (node, name) => node?[name]!) is not null, $"{Path.GetFileName(template)} uses {use.Groups[1].Value}, which values.yaml lacks.");
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Chart, "values.schema.json")))!["properties"]!.AsObject();
        Assert.Equal(values.AsObject().Select(value => value.Key).Order(), schema.Select(property => property.Key).Where(name => name != "global").Order());
    }

    [Fact]
    public void TheChartSetsTheVariablesTheOperatorReads()
    {
        var template = File.ReadAllText(Path.Combine(Chart, "templates", "operator.yaml")) + File.ReadAllText(Path.Combine(Chart, "templates", "_names.tpl"));
        Assert.All(
            ["BUS", "S3", "RUN_TOKEN_KEY", "WATCH_NAMESPACE", "LEADER_ELECTION", "POD_NAMESPACE", "WORKER_IMAGE_TRAIN", "WORKER_IMAGE_QUANTIZE", "WORKER_IMAGE_EVALUATE", "SERVICES__", "WORKER_ENV__"],
            name => Assert.Contains(name, template));
    }

    [Fact]
    public void EveryImageOfTheChartIsBuiltBySkaffold()
    {
        var skaffold = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "skaffold.yaml"));
        var projects = Projects().Matches(skaffold).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(9, projects.Count);
        Assert.All(projects, project => Assert.True(File.Exists(Path.Combine(RepositoryFolder.Root, project, Path.GetFileName(project) + ".csproj")), project));
    }

    public void Dispose() => _world.Dispose();

    private static HashSet<string> Rights() =>
    [
        .. from Match rule in Rules().Matches(File.ReadAllText(Path.Combine(Chart, "templates", "rbac.yaml")))
           from resource in rule.Groups[1].Value.Split(", ")
           from verb in rule.Groups[2].Value.Split(", ")
           select $"{verb} {resource}",
    ];

    private static string Right(string request)
    {
        var path = ApiPath.Parse(new("http://api.test" + request.Split(' ')[1]));
        var verb = request.Split(' ')[0] switch { "GET" when path.Name is null => "list", "GET" => "get", "POST" => "create", "PUT" => "update", "PATCH" => "patch", var other => other.ToLowerInvariant() };
        return $"{verb} {path.Plural}{(path.Subresource is null ? "" : "/" + path.Subresource)}";
    }

    [GeneratedRegex(@"resources: \[([^\]]+)\], verbs: \[([^\]]+)\]")]
    private static partial Regex Rules();

    [GeneratedRegex(@"\.Values\.([A-Za-z0-9.]+)")]
    private static partial Regex Uses();

    [GeneratedRegex(@"PROJECT: ([A-Za-z/.]+)\}")]
    private static partial Regex Projects();
}
