using Platform.Modeling;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.FineTuning.Texts;

/// <summary>Learns from whole texts, each of which counts once however long it is.</summary>
/// <typeparam name="T">a text with what is learned from it</typeparam>
public abstract class TextObjective<T>(PretrainedModel model, IReadOnlyList<T> rows, int padTokenId) : IObjective
{
    public int RowCount => rows.Count;

    protected Device Device => model.Device;

    public long Count(IReadOnlyList<int> numbers) => numbers.Count;

    public LossSum Learn(IReadOnlyList<int> numbers, double weight)
    {
        List<T> chosen = [.. numbers.Select(number => rows[number])];
        using var batch = Batch(chosen);
        return LossSum.Backward(Sum(batch, chosen), weight, chosen.Count, batch.Tokens);
    }

    public LossSum Measure(IReadOnlyList<int> numbers)
    {
        using var noGradients = no_grad();
        using var evaluation = new EvaluationMode(model);
        List<T> chosen = [.. numbers.Select(number => rows[number])];
        using var batch = Batch(chosen);
        return new(Sum(batch, chosen), chosen.Count, batch.Tokens);
    }

    /// <summary>What the model reads of a row.</summary>
    protected abstract EncodedText TextOf(T row);

    /// <summary>The mean over some rows, a float32 scalar with its graph.</summary>
    protected abstract Tensor MeanLoss(TextInputs inputs, IReadOnlyList<T> chosen);

    private TextBatch Batch(List<T> chosen) => TextBatch.Of([.. chosen.Select(TextOf)], padTokenId, model.Device);

    private Tensor Sum(TextBatch batch, List<T> chosen)
    {
        using var mean = MeanLoss(batch.Inputs, chosen);
        return mean.mul(chosen.Count);
    }
}
