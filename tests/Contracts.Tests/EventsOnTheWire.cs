using System.Reflection;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Platform.Contracts;
using Platform.Testing;

namespace Platform.Contracts.Tests;

/// <summary>The JSON that other versions of the platform read and write. A change here is a change of the contract: only additions, never required.</summary>
public sealed class EventsOnTheWire
{
    public static TheoryData<string> Urns => [.. Types.Keys.Order(StringComparer.Ordinal)];

    private static Dictionary<string, Type> Types { get; } = typeof(IRunEvent).Assembly.GetTypes()
        .Where(type => type.IsClass && type.IsAssignableTo(typeof(IRunEvent)))
        .ToDictionary(type => type.GetCustomAttribute<MessageUrnAttribute>()!.Urn.ToString().Replace("urn:message:", ""));

    private static JsonSerializerOptions Json { get; } = new(SystemTextJsonMessageSerializer.Options) { WriteIndented = true };

    [Theory, MemberData(nameof(Urns))]
    public void TheRecordedMessageIsReadAndWrittenUnchanged(string urn)
    {
        var golden = File.ReadAllText(GoldenFile(urn));
        var message = JsonSerializer.Deserialize(golden, Types[urn], Json);
        Assert.Equal(golden.Trim(), JsonSerializer.Serialize(message, Types[urn], Json));
    }

    [Theory, MemberData(nameof(Urns))]
    public void TheRecordedMessageShowsEveryProperty(string urn)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(GoldenFile(urn)));
        Assert.Equal(
            Types[urn].GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(),
            golden.RootElement.EnumerateObject().Select(property => property.Name).Order());
    }

    [Theory, MemberData(nameof(Urns))]
    public void APropertyOfALaterVersionIsIgnored(string urn)
    {
        var later = File.ReadAllText(GoldenFile(urn)).Replace("{", "{ \"addedLater\": {\"a\": [1]},");
        Assert.NotNull(JsonSerializer.Deserialize(later, Types[urn], Json));
    }

    [Theory, MemberData(nameof(Urns))]
    public void EventsAreSealedRecordsThatNameTheirRunAndFact(string urn)
    {
        Assert.True(Types[urn].IsSealed);
        Assert.Matches("^platform:[a-z-]+:v[0-9]+$", urn);
        Assert.All([nameof(IRunEvent.RunId), nameof(IRunEvent.Key), nameof(IRunEvent.OccurredAt)], name =>
            Assert.NotNull(Types[urn].GetProperty(name)!.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>()));
    }

    [Fact]
    public void NoGoldenMessageIsLeftOver() =>
        Assert.Equal(Types.Keys.Select(FolderName).Order(), Directory.GetDirectories(GoldenFolder).Select(Path.GetFileName).Order());

    private static string GoldenFolder => Path.Combine(RepositoryFolder.Root, "tests", "Contracts.Tests", "Golden");

    private static string GoldenFile(string urn) => Path.Combine(GoldenFolder, FolderName(urn), "message.json");

    /// <summary>':' is not allowed in file names everywhere.</summary>
    private static string FolderName(string urn) => urn.Replace(':', '.');
}
