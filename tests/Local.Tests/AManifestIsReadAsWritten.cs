using Platform.Local.Follow;

namespace Platform.Local.Tests;

public sealed class AManifestIsReadAsWritten : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void QuotedDecimalsStayTextAndNumbersStayNumbers()
    {
        var spec = Read("""
            kind: FineTuneJob
            metadata: {name: bot}
            spec: {training: {learningRate: "2e-4", epochs: 3}, suspend: true, note: ~}
            """).Body["spec"]!;

        Assert.Equal("""{"training":{"learningRate":"2e-4","epochs":3},"suspend":true,"note":null}""", spec.ToJsonString());
    }

    [Fact]
    public void TheNamespaceIsDefaultUnlessNamed()
    {
        Assert.Equal("default", Read("kind: FineTuneJob\nmetadata: {name: bot}").Namespace);
        Assert.Equal("team-a", Read("kind: FineTuneJob\nmetadata: {name: bot, namespace: team-a}").Namespace);
    }

    [Fact]
    public void UnknownFieldsAreKeptForTheServerToJudge() =>
        Assert.Equal(1L, Read("kind: FineTuneJob\nmetadata: {name: bot}\nspec: {tpyo: 1}").Body["spec"]!["tpyo"]!.GetValue<long>());

    [Theory]
    [InlineData("kind: Job\nmetadata: {name: bot}", "expected kind: FineTuneJob")]
    [InlineData("kind: FineTuneJob\nmetadata: {}", "metadata.name is missing")]
    [InlineData("a: [1", "(")]
    [InlineData("kind: FineTuneJob\n---\nkind: FineTuneJob", "2 YAML documents")]
    [InlineData("just text", "must hold one FineTuneJob")]
    public void WhatIsNoJobIsRefusedWithTheReason(string yaml, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Read(yaml)).Message);

    [Fact]
    public void AMissingFileIsNamed() =>
        Assert.Contains("/nowhere/job.yaml", Assert.Throws<FormatException>(() => JobManifest.Read("/nowhere/job.yaml")).Message);

    private JobManifest Read(string yaml)
    {
        File.WriteAllText(_file, yaml);
        return JobManifest.Read(_file);
    }
}
