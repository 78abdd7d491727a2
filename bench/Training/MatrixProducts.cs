using static TorchSharp.torch;

namespace Platform.Training.Bench;

/// <summary>
/// Nothing but the matrix products of one training step, by shape, on tensors of their own: three per trained linear layer (output, gradient
/// of the input, gradient of the weight), two per frozen one, six per attention, in which a query sees half of the keys on average. LoRA needs no gradient below the
/// first block's projections.
/// </summary>
internal sealed class MatrixProducts : IVariant
{
    private readonly List<(Tensor Left, Tensor Right, int Times)> _products = [];
    private readonly long _tokens;

    public MatrixProducts(Workload workload, Method method)
    {
        var (config, trained) = (workload.Config, method == Method.Full);
        _tokens = workload.Batch * workload.Sequence;
        var (hidden, layers) = (config.HiddenSize, config.Layers);
        var (queries, keys) = (config.Heads * config.HeadWidth, config.KeyValueHeads * config.HeadWidth);
        var reached = trained ? layers : layers - 1; // blocks whose projections pass a gradient on
        Linear(hidden, queries, layers, reached, trained);
        Linear(hidden, keys, 2 * layers, 2 * reached, trained);
        Linear(queries, hidden, layers, layers, trained);
        Linear(hidden, config.IntermediateSize, 2 * layers, 2 * layers, trained);
        Linear(config.IntermediateSize, hidden, layers, layers, trained);
        Linear(hidden, config.VocabularySize, 1, 1, trained);
        if (!trained)
        {
            foreach (var width in (long[])[queries, keys])
            {
                Linear(hidden, Workload.Rank, layers, reached, trained: true);
                Linear(Workload.Rank, width, layers, layers, trained: true);
            }
        }

        // Scores and their mixing of values; two gradients each.
        var (heads, seen) = (workload.Batch * config.Heads, workload.Sequence / 2);
        Add([heads, workload.Sequence, config.HeadWidth], [heads, config.HeadWidth, seen], 3 * layers);
        Add([heads, workload.Sequence, seen], [heads, seen, config.HeadWidth], 3 * layers);
    }

    public double Step()
    {
        using var noGradients = no_grad();
        foreach (var (left, right, times) in _products)
        {
            for (var i = 0; i < times; i++) left.matmul(right).Dispose();
        }

        return double.NaN;
    }

    private void Linear(long inputs, long outputs, int times, int passing, bool trained)
    {
        Add([_tokens, inputs], [inputs, outputs], times);
        Add([_tokens, outputs], [outputs, inputs], passing);
        if (trained) Add([inputs, _tokens], [_tokens, outputs], times);
    }

    private void Add(long[] left, long[] right, int times) => _products.Add((randn(left), randn(right), times));

    public void Dispose()
    {
        foreach (var (left, right, _) in _products)
        {
            left.Dispose();
            right.Dispose();
        }
    }
}
