using Platform.FineTuning.SpeechRecognition;
using Platform.Modeling.Audio;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.SpeechRecognition;

public sealed class SpeechRecognitionObjectiveTests
{
    /// <summary>The recorded model takes 48 frames of 16 bands.</summary>
    private static readonly SpeechFeatureOptions Features = new() { Mels = 16, SamplingRate = 1600, HopLength = 100, WindowLength = 400, ChunkSeconds = 3 };

    [Fact]
    public void EveryLabelCountsOnceAndIsPredictedFromTheRightTokensBefore()
    {
        using var scope = NewDisposeScope();
        using var golden = new GoldenModel<Seq2SeqModel>("whisper");
        using var extractor = new SpeechFeatureExtractor(Features);
        Utterance[] rows = [new(Sine(0.2, 3000), [81, 84, 86, 7, 9, 1]), new(Sine(0.05, 4800), [81, 84, 86, 30, 1])];
        var objective = new SpeechRecognitionObjective(golden.Model, extractor, rows);

        var learned = objective.Learn([0, 1], 1);

        // The whole decoder over padded labels, as transformers computes it.
        using var features = extractor.Extract([.. rows.Select(row => (ReadOnlyMemory<float>)row.Samples)]);
        var labels = tensor(new long[,] { { 81, 84, 86, 7, 9, 1 }, { 81, 84, 86, 30, 1, -100 } });
        var mean = Seq2SeqModel.Loss(golden.Model.Logits(new SourceInputs(features.Values), golden.Model.ShiftRight(labels)), labels);
        Assert.Equal(11, learned.Count);
        Assert.Equal(mean.ToDouble(), learned.Sum.ToDouble() / 11, 1e-5);
        Assert.Equal(learned.Sum.ToDouble(), objective.Measure([0]).Sum.ToDouble() + objective.Measure([1]).Sum.ToDouble(), 1e-4);
        Assert.All(golden.Model.named_parameters().Where(item => item.parameter.requires_grad), item => Assert.True(item.parameter.grad!.abs().sum().ToDouble() > 0, item.name));
    }

    private static float[] Sine(double frequency, int samples) => [.. Enumerable.Range(0, samples).Select(i => (float)Math.Sin(frequency * i))];
}
