using Platform.FineTune.Api.V1Alpha1;
using Platform.Metrics;
using Platform.Testing;

namespace Platform.FineTune.Operator.Tests;

public sealed class MetricsFitTheFormat
{
    private static readonly string Crd = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "charts", "platform", "files", "crds", "finetunejobs.yaml"));

    [Fact]
    public void TheCrdKnowsEveryMetricOfEveryFormat() =>
        Assert.Contains(string.Concat(FormatMetrics.Names.Select(name => $"                            - {(name.Contains('+') ? $"\"{name}\"" : name)}\n")), Crd);

    [Theory]
    [InlineData("classification", "self.dataset.format != 'classification'")]
    [InlineData("multi-label-classification", "self.dataset.format != 'multi-label-classification'")]
    [InlineData("squad", "self.dataset.format != 'squad'")]
    [InlineData("audio", "self.dataset.format != 'audio'")]
    [InlineData("prompt-completion", "self.dataset.format in ['classification', 'multi-label-classification', 'squad', 'audio']")]
    public void TheRuleOfTheCrdListsTheMetricsOfTheFormat(string format, string condition) => Assert.Contains(
        $"{condition} || self.evaluate.suites.all(s, s.metrics.all(m, m in [{string.Join(", ", FormatMetrics.Of(format).Select(name => $"'{name}'"))}]))", Crd);

    [Fact]
    public void AMetricOfAnotherFormatIsRefusedWithThoseThatFit()
    {
        var job = SomeJobs.Full();
        var suite = job.Spec.Evaluate!.Suites[0] with { Metrics = ["f1_macro", "wer"], Dataset = new() { Uri = "s3://data/heldout.jsonl", Format = "audio" } };
        var spec = job.Spec with { Dataset = job.Spec.Dataset with { Format = "classification" }, Evaluate = job.Spec.Evaluate with { Suites = [suite] } };

        var problems = string.Join('\n', SpecValidation.Problems(spec));

        Assert.Contains("metrics[] is 'f1_macro'; it must be one of bleu, bleu_zh, cer", problems);
        Assert.Contains("dataset.format is 'audio' and spec.dataset.format 'classification'", problems);
        Assert.Contains("rows of the format classification train no causal language model", problems);
    }
}
