using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Api.Tests;

public sealed class TheCrdFileEqualsTheTypes
{
    private static readonly Type[] Integers = [typeof(int), typeof(long)];

    [Fact]
    public void EveryPropertyIsInBothWithTheSameTypeRequirednessAndDefault()
    {
        List<string> problems = [];
        Compare(CrdFile.Schema().Properties["spec"], typeof(FineTuneJobSpec), "spec", problems);
        Compare(CrdFile.Schema().Properties["status"], typeof(FineTuneJobStatus), "status", problems);
        Assert.Empty(problems);
    }

    [Fact]
    public void TheComparisonNoticesAMissingAndASurplusProperty()
    {
        List<string> problems = [];
        var schema = CrdFile.Schema().Properties["spec"].Properties["register"];
        schema.Properties["surplus"] = new V1JSONSchemaProps { Type = "string" };
        schema.Properties.Remove("alias");
        Compare(schema, typeof(RegisterSpec), "spec.register", problems);
        Assert.Equal(["spec.register.surplus is only in the schema.", "spec.register.alias is only in RegisterSpec."], problems);
    }

    [Fact]
    public void TheNamesAreTheSame()
    {
        var crd = CrdFile.Read();
        Assert.Equal((FineTuneJob.ApiGroup, FineTuneJob.KindName, FineTuneJob.Plural), (crd.Spec.Group, crd.Spec.Names.Kind, crd.Spec.Names.Plural));
        Assert.Equal(FineTuneJob.Version, crd.Spec.Versions.Single().Name);
        Assert.Equal(["ftj"], crd.Spec.Names.ShortNames);
        Assert.Equal(["finetune"], crd.Spec.Names.Categories);
    }

    [Fact]
    public void EveryFieldHasADescription() =>
        Assert.Empty(CrdFile.Walk(CrdFile.Schema()).Where(field => field.Path != ".metadata" && string.IsNullOrEmpty(field.Schema.Description)).Select(field => field.Path));

    [Fact]
    public void EveryRuleSaysWhatToDo() =>
        Assert.All(
            CrdFile.Walk(CrdFile.Schema()).SelectMany(field => field.Schema.XKubernetesValidations ?? []),
            rule => Assert.Matches("(spec|metadata)[.]", rule.Message));

    [Fact]
    public void ThePhasesAreTheEnumOfTheSchema() =>
        Assert.Equal(JobPhases.All, CrdFile.Schema().Properties["status"].Properties["phase"].EnumProperty.Select(value => value.ToString()!));

    private static void Compare(V1JSONSchemaProps schema, Type type, string path, List<string> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        switch (schema.Type)
        {
            case "object" when schema.Properties is not null: CompareProperties(schema, type, path, problems); break;
            case "object": Compare(CrdFile.ValuesOf(schema)!, DictionaryValue(type), path + "{}", problems); break;
            case "array": Compare(CrdFile.ItemsOf(schema)!, type.GetGenericArguments().Single(), path + "[]", problems); break;
            case "integer" when Integers.Contains(type) && (schema.Format == "int64") == (type == typeof(long)): break;
            case "boolean" when type == typeof(bool): break;
            case "string" when type == (schema.Format == "date-time" ? typeof(DateTime) : typeof(string)): break;
            default: problems.Add($"{path} is {schema.Type} {schema.Format} in the schema and {type.Name} in C#."); break;
        }
    }

    private static void CompareProperties(V1JSONSchemaProps schema, Type type, string path, List<string> problems)
    {
        var properties = type.GetProperties().ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
        var defaults = JsonNode.Parse(KubernetesJson.Serialize(Activator.CreateInstance(type)!))!.AsObject();
        problems.AddRange(schema.Properties.Keys.Except(properties.Keys).Select(name => $"{path}.{name} is only in the schema."));
        problems.AddRange(properties.Keys.Except(schema.Properties.Keys).Select(name => $"{path}.{name} is only in {type.Name}."));
        foreach (var (name, child) in schema.Properties)
        {
            if (!properties.TryGetValue(name, out var property)) continue;
            var required = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
            if (required != (schema.Required ?? []).Contains(name)) problems.Add($"{path}.{name} is required in only one of the two.");
            CompareDefault(child, defaults[name], property, $"{path}.{name}", problems);
            Compare(child, property.PropertyType, $"{path}.{name}", problems);
        }
    }

    private static void CompareDefault(V1JSONSchemaProps schema, JsonNode? actual, PropertyInfo property, string path, List<string> problems)
    {
        var expected = schema.DefaultProperty is null ? null : JsonNode.Parse(JsonSerializer.Serialize(schema.DefaultProperty));
        var optional = !property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null;
        var required = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
        if (expected is null && actual is not null && optional && !required && path.StartsWith("spec", StringComparison.Ordinal))
            problems.Add($"{path} has a default only in C#: {actual.ToJsonString()}.");
        if (expected is JsonObject fields)
        {
            foreach (var (name, value) in fields)
                if (actual?[name]?.ToString() != value?.ToString()) problems.Add($"{path} defaults to {expected.ToJsonString()}, in C# to {actual?.ToJsonString()}.");
        }
        else if (expected is not null && JsonNode.Parse(expected.ToJsonString())!.ToString() != actual?.ToString())
        {
            problems.Add($"{path} defaults to {expected.ToJsonString()}, in C# to {actual?.ToJsonString()}.");
        }
    }

    private static Type DictionaryValue(Type type) => type.GetGenericArguments()[1];
}
