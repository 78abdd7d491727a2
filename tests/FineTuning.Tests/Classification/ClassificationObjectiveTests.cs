using Platform.FineTuning.Classification;
using Platform.FineTuning.Optimizers;
using Platform.Modeling;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Classification;

public sealed class ClassificationObjectiveTests
{
    [Theory]
    [InlineData("bert-seqcls-single")]
    [InlineData("bert-seqcls-multi")]
    [InlineData("bert-seqcls-regression")]
    [InlineData("roberta-seqcls")]
    [InlineData("distilbert-seqcls")]
    [InlineData("deberta-v2-seqcls")]
    [InlineData("llama-seqcls")]
    public void LossAndGradientsAreThoseOfTransformers(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenModel<SequenceClassifier>(name);
        golden.Learns(new ClassificationObjective(golden.Model, Rows(golden.Texts("right"), golden.Golden.Read("right.labels")), padTokenId: 0), "right");
    }

    [Fact]
    public void FiveStepsOfTheLoopFollowTheRecordedTraining()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenModel<SequenceClassifier>("bert-seqcls-single", "train.safetensors");
        var (ids, mask, types, labels) = (golden.Golden.Read("batch.input_ids"), golden.Golden.Read("batch.attention_mask"), golden.Golden.Read("batch.token_type_ids"), golden.Golden.Read("batch.labels"));
        var steps = (int)ids.shape[0];
        List<LabelledText> rows = [.. Enumerable.Range(0, steps).SelectMany(step => Rows(GoldenModel<SequenceClassifier>.Texts(ids[step], mask[step], types[step]), labels[step]))];
        TrainableParameter[] parameters = [.. golden.Model.named_parameters().Select(item => new TrainableParameter(item.name, item.parameter))];
        List<double> losses = [];
        var options = new TrainingOptions { MaxSteps = steps, BatchSize = (int)ids.shape[1], LearningRate = 1e-3, Schedule = "constant", MaxGradNorm = 0, Shuffle = false };
        using var run = new TrainingRun(options, new ClassificationObjective(golden.Model, rows, 0), new TrainedParameters(parameters), new AdamW([new(parameters, 0.01)]), TimeProvider.System)
        {
            Stepped = progress => losses.Add(progress.Loss),
        };

        run.Run(default);

        Assert.All(golden.Golden.Read("loss").data<float>().ToArray().Zip(losses), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        Assert.True((golden.Model.named_parameters().Single(item => item.name == "classifier.weight").parameter - golden.Golden.Read("final.classifier.weight")).abs().max().ToDouble() <= 2e-5);
    }

    [Fact]
    public void AMeasurementDuringTrainingDropsNothing()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenModel<SequenceClassifier>("bert-seqcls-single");
        var config = golden.Model.Config.ToJson();
        config["hidden_dropout_prob"] = 0.5;
        using var model = PretrainedModel.Create<SequenceClassifier>(config, CPU);
        using var random = new Generator(1);
        model.Initialize(random);
        model.eval();
        var objective = new ClassificationObjective(model, Rows(golden.Texts("right"), golden.Golden.Read("right.labels")), 0);
        var measured = objective.MeanLoss(3);
        model.train();
        foreach (var parameter in model.parameters()) parameter.requires_grad_();

        Assert.NotEqual(measured!.Value, objective.Learn([0, 1, 2], 1).Sum.ToDouble() / 3, 1e-4);
        Assert.Equal(measured, objective.MeanLoss(3));
        Assert.True(model.training);
    }

    [Fact]
    public void TextsCountOnceHoweverLongTheyAre()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenModel<SequenceClassifier>("bert-seqcls-single");
        var rows = Rows(golden.Texts("right"), golden.Golden.Read("right.labels"));
        var objective = new ClassificationObjective(golden.Model, rows, 0);

        Assert.Equal(3, objective.Count([0, 1, 2]));
        Assert.Equal(objective.Measure([0, 1, 2]).Sum.ToDouble(), Enumerable.Range(0, 3).Sum(row => objective.Measure([row]).Sum.ToDouble()), 1e-5);
    }

    /// <summary>Whole numbers are classes, real ones in a row each numbers, in a matrix 0 or 1 per class.</summary>
    private static List<LabelledText> Rows(List<Texts.EncodedText> texts, Tensor labels) => [.. texts.Select((text, row) => new LabelledText(text, labels switch
    {
        _ when !labels.is_floating_point() => new TextLabel.Class((int)labels[row].ToInt64()),
        _ when labels.dim() == 1 => new TextLabel.Number(labels[row].ToSingle()),
        _ => new TextLabel.Classes([.. labels[row].data<float>().Index().Where(item => item.Item == 1).Select(item => item.Index)]),
    }))];
}
