using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Encoders;

/// <summary>A folder of one task is the beginning of another's model.</summary>
public sealed class NewHeadTests
{
    private static readonly ClassificationLabels Labels = new(["bad", "good", "neither"], ClassificationProblem.SingleLabel);

    public static TheoryData<string> Families => [.. SomeEncoder.Families];

    [Theory, MemberData(nameof(Families))]
    public void AClassifierWithItsOwnLabelsIsSavedSoThatItIsFoundAgain(string family)
    {
        using var scope = NewDisposeScope();
        using var from = new TemporaryFolder();
        using var to = new TemporaryFolder();
        using (var masked = SomeEncoder.Model<MaskedLanguageModel>(family, "ForMaskedLM")) masked.Save(from.Path);
        using var classifier = PretrainedModel.Load<SequenceClassifier>(from.Path, CPU, new() { Labels = Labels });

        classifier.Save(to.Path, from: from.Path);

        using var again = PretrainedModel.Load(to.Path, CPU);
        var found = Assert.IsAssignableFrom<SequenceClassifier>(again);
        Assert.Equal(Labels.Names, found.Labels.Names);
        Assert.Equal(Labels.Stated, found.Labels.Stated);
        Assert.Equal(0, (classifier.Logits(SomeEncoder.Short) - found.Logits(SomeEncoder.Short)).abs().max().ToDouble(), 1e-5);
    }

    [Theory, MemberData(nameof(Families))]
    public void AHeadForAnotherNumberOfLabelsBeginsAnewAndTheRestStays(string family)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var two = SomeEncoder.Model<SequenceClassifier>(family, "ForSequenceClassification");
        two.Save(folder.Path);
        LoadReport? report = null;
        using var three = PretrainedModel.Load<SequenceClassifier>(folder.Path, CPU, new() { Labels = Labels, Report = told => report = told });

        Assert.Equal(3, three.Logits(SomeEncoder.Short).shape[1]);
        Assert.NotEmpty(report!.Missing);
        var before = two.named_parameters().ToDictionary(item => item.name, item => item.parameter);
        foreach (var (name, parameter) in three.named_parameters().Where(item => !report.Missing.Contains(item.name)))
            Assert.Equal(0, (parameter - before[name]).abs().max().ToDouble());
    }

    [Fact]
    public void TheSameSeedGivesTheSameHead()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using (var masked = SomeEncoder.Model<MaskedLanguageModel>("Bert", "ForMaskedLM")) masked.Save(folder.Path);

        Assert.Equal(First(1), First(1));
        Assert.NotEqual(First(1), First(2));

        float First(long seed)
        {
            using var model = PretrainedModel.Load<SequenceClassifier>(folder.Path, CPU, new() { Labels = Labels, HeadSeed = seed });
            return model.named_parameters().Single(item => item.name == "classifier.weight").parameter[0, 0].ToSingle();
        }
    }
}
