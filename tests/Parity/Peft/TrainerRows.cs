using Platform.FineTuning;
using Platform.Modeling;
using Platform.Parity.Models;
using Platform.Parity.Models.Forward;
using Platform.Parity.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>The rows of a Trainer case as the training loop wants them: a loss that is added up over label tokens, or over texts.</summary>
/// <param name="smoothing">the share of each label that is spread over all classes</param>
internal sealed class TrainerRows(GoldenCase golden, PretrainedModel model, double smoothing) : IObjective
{
    private const long Ignored = -100;

    public int RowCount => (int)golden.Read("train.input_ids").shape[0];

    public long Count(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        var labels = golden.Read("train.labels").index_select(0, Numbers(rows));
        return (labels.dim() == 2 ? labels.narrow(1, 1, labels.shape[1] - 1) : labels).ne(Ignored).sum().ToInt64();
    }

    public LossSum Learn(IReadOnlyList<int> rows, double weight)
    {
        model.train();
        using var scope = NewDisposeScope();
        var (sum, count) = Loss("train.", Numbers(rows));
        var loss = LossSum.Backward(sum, weight, count, count);
        loss.Sum.MoveToOuterDisposeScope();
        return loss;
    }

    public LossSum Measure(IReadOnlyList<int> rows)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (sum, count) = Loss("train.", Numbers(rows));
        return new LossSum(sum.MoveToOuterDisposeScope(), count, count);
    }

    /// <summary>The Trainer's: the means of batches, each as often as it has rows.</summary>
    public double EvaluationLoss(int batchSize)
    {
        model.eval();
        using var noGradients = no_grad();
        var total = golden.Read("eval.input_ids").shape[0];
        var weighted = 0.0;
        for (var first = 0L; first < total; first += batchSize)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(batchSize, total - first);
            var (sum, count) = Loss("eval.", arange(first, first + rows, ScalarType.Int64));
            weighted += sum.ToDouble() / count * rows;
        }

        return weighted / total;
    }

    private static Tensor Numbers(IEnumerable<int> rows) => tensor(rows.Select(row => (long)row).ToArray());

    private (Tensor Sum, long Count) Loss(string prefix, Tensor rows)
    {
        var logits = Forwards.Run(model, new RunInputs(name => golden.Has(prefix + name) ? golden.Read(prefix + name).index_select(0, rows) : null))["logits"];
        var labels = golden.Read(prefix + "labels").index_select(0, rows);
        if (logits.dim() == 3) (logits, labels) = (logits.narrow(1, 0, logits.shape[1] - 1).flatten(0, 1), labels.narrow(1, 1, labels.shape[1] - 1).flatten());
        var sum = nn.functional.cross_entropy(logits, labels, ignore_index: Ignored, reduction: nn.Reduction.Sum, label_smoothing: smoothing);
        return (sum, labels.ne(Ignored).sum().ToInt64());
    }
}
