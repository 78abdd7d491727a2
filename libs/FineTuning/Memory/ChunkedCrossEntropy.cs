using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Memory;

/// <summary>
/// The head and the cross-entropy of its logits, some rows at a time: forward and backward pass of a chunk come one after the other, so
/// that the logits of all tokens are never there together.
/// </summary>
/// <remarks>
/// loss = Σ (1 − ε) (−log p(t)) + ε mean(−log p), p = softmax(z), z = head(h); ∂loss/∂z = p − (1 − ε) 1(t) − ε / V.
/// Label smoothing ε: Szegedy et al.: "Rethinking the Inception Architecture for Computer Vision", 2016, section 7, as in PyTorch's cross_entropy.
/// Chunks: Hsu et al.: "Liger Kernel: Efficient Triton Kernels for LLM Training", 2024, section 3.2. Differs from the paper: a chunk has as many rows as a fixed
/// number of logits allows, and gradients are weighed by the products that compute them.
/// </remarks>
/// <param name="smoothing">ε, 0..1</param>
public sealed class ChunkedCrossEntropy(CausalLanguageModel model, double smoothing = 0)
{
    /// <summary>How many logits a chunk has. 64 MB of float32: large enough that adding a chunk's part to the head's gradient costs little beside computing it.</summary>
    public long LogitsAtOnce { get; init; } = 16 << 20;

    /// <summary>The summed loss. Adds to the head's gradients, and to <paramref name="gradient"/>, those of the loss times <paramref name="weight"/>.</summary>
    /// <param name="hidden">[rows, hidden], what the head gets</param>
    /// <param name="targets">int64 [rows]</param>
    /// <param name="gradient">of the shape of hidden; is filled</param>
    /// <returns>float32 scalar without a graph</returns>
    public Tensor Learn(Tensor hidden, Tensor targets, double weight, Tensor gradient)
    {
        IHeadPass head = model.HeadWeight is { } matrix ? new MatrixHeadPass(matrix) : new AnyHeadPass(model.Head);
        return Sum(hidden, targets, (rows, own, place, count) =>
        {
            using var logits = head.Forward(rows);                            // [count, vocabulary]
            using var logProbabilities = LogProbabilities(logits);
            var loss = Loss(logProbabilities, own);
            using var slope = Slope(logProbabilities, own);
            using var part = gradient.narrow(0, place, count);
            head.Backward(slope, weight, part);
            return loss;
        });
    }

    /// <summary>The summed loss alone.</summary>
    /// <inheritdoc cref="Learn"/>
    public Tensor Measure(Tensor hidden, Tensor targets) => Sum(hidden, targets, (rows, own, _, _) =>
    {
        using var logits = model.Head(rows);
        using var logProbabilities = LogProbabilities(logits);
        return Loss(logProbabilities, own);
    });

    private Tensor Sum(Tensor hidden, Tensor targets, Func<Tensor, Tensor, long, long, Tensor> loss)
    {
        using var noGradients = no_grad();
        var sum = zeros([], ScalarType.Float32, hidden.device);
        var (rows, step) = (hidden.shape[0], Math.Max(1, LogitsAtOnce / model.Config.VocabularySize));
        for (var place = 0L; place < rows; place += step)
        {
            var count = Math.Min(step, rows - place);
            using var chunk = hidden.narrow(0, place, count);
            using var own = targets.narrow(0, place, count);
            using var part = loss(chunk, own, place, count);
            sum.add_(part);
        }

        return sum;
    }

    private static Tensor LogProbabilities(Tensor logits)
    {
        using var plain = logits.detach();
        return plain.log_softmax(-1, ScalarType.Float32);
    }

    private Tensor Loss(Tensor logProbabilities, Tensor targets)
    {
        using var column = targets.unsqueeze(1);
        using var chosen = logProbabilities.gather(1, column);
        using var sum = chosen.sum();
        if (smoothing == 0) return sum.neg();

        using var all = logProbabilities.sum();
        using var target = sum.mul(smoothing - 1);
        return target.add(all, -smoothing / logProbabilities.shape[1]);
    }

    /// <summary>Overwrites the logarithms of the probabilities.</summary>
    private Tensor Slope(Tensor logProbabilities, Tensor targets)
    {
        using var column = targets.unsqueeze(1);
        using var less = full(column.shape, smoothing - 1, ScalarType.Float32, column.device);
        logProbabilities.exp_();
        if (smoothing > 0) logProbabilities.sub_(smoothing / logProbabilities.shape[1]);
        logProbabilities.scatter_add_(1, column, less);
        return logProbabilities.alias();
    }
}
