using Platform.Local.Follow;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Registry.V1;
using Spectre.Console;

namespace Platform.Local.Tests;

public sealed class AReportShowsBeforeAndAfter
{
    [Fact]
    public void ScoresSamplesSizesAndTheVersion()
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 140;
        var scorecard = new Scorecard
        {
            Scores = { Score("base", 0.048), Score("tuned", 0.952) },
            Samples = { Sample("base", "perhaps"), Sample("tuned", "[yes]") },
        };
        var model = new QuantizedModel { Target = new() { Format = "nf4" }, Artifact = new() { SizeBytes = 512 << 10 }, OriginalSizeBytes = 2 << 20, PerplexityBefore = 1.04, PerplexityAfter = 1.05 };
        var version = new ModelVersion { Model = "bot", Version = 3, Aliases = { "candidate" } };

        RunReport.Print(console, scorecard, [model], version);

        var report = text.ToString();
        Assert.Matches(@"heldout\W+exact_match\W+4\.8 %\W+95\.2 %", report);
        Assert.Contains("before    perhaps", report);
        Assert.Contains("after     [yes]", report);
        Assert.Contains("Quantized to nf4: 2.0 MiB -> 512.0 KiB (25 %), perplexity 1.040 -> 1.050 (+0.010)", report);
        Assert.Contains("bot version 3 as candidate: registry://bot@candidate", report);
    }

    private static Score Score(string subject, double value) => new() { Suite = "heldout", Subject = subject, Metric = "exact_match", Value = value, Count = 125 };

    private static Sample Sample(string subject, string answer) => new() { Suite = "heldout", Subject = subject, Prompt = "Is it?", Reference = "yes", Answer = answer };
}
