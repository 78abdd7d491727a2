using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Modeling.Bench;

/// <summary>The matrix products of one training step of a Llama, on tensors of their own.</summary>
internal sealed class MatrixProducts : IDisposable
{
    private readonly List<(Tensor Left, Tensor Right, int Times)> _products = [];

    public MatrixProducts(LlamaConfig config, long batch, long sequence)
    {
        var (tokens, hidden, keys) = (batch * sequence, config.HiddenSize, config.KeyValueHeads * config.HeadWidth);
        Linear(tokens, hidden, config.Heads * config.HeadWidth, 2 * config.Layers); // query and output
        Linear(tokens, hidden, keys, 2 * config.Layers);                            // key and value
        Linear(tokens, hidden, config.IntermediateSize, 2 * config.Layers);         // gate and up
        Linear(tokens, config.IntermediateSize, hidden, config.Layers);             // down
        Linear(tokens, hidden, config.VocabularySize, 1);                           // head

        // Scores and their mixing of values; two gradients each.
        Add([batch * config.Heads, sequence, config.HeadWidth], [batch * config.Heads, config.HeadWidth, sequence], 3 * config.Layers);
        Add([batch * config.Heads, sequence, sequence], [batch * config.Heads, sequence, config.HeadWidth], 3 * config.Layers);
    }

    public void Run()
    {
        using var noGradients = no_grad();
        foreach (var (left, right, times) in _products)
        {
            for (var i = 0; i < times; i++) left.matmul(right).Dispose();
        }
    }

    private void Linear(long tokens, long inputs, long outputs, int times)
    {
        Add([tokens, inputs], [inputs, outputs], times);
        Add([tokens, outputs], [outputs, inputs], times);
        Add([inputs, tokens], [tokens, outputs], times);
    }

    private void Add(long[] left, long[] right, int times) =>
        _products.Add((randn(left), randn(right), times));

    public void Dispose()
    {
        foreach (var (left, right, _) in _products)
        {
            left.Dispose();
            right.Dispose();
        }
    }
}
