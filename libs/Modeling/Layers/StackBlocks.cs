using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// Runs the blocks of an encoder or a decoder one after the other. While training whole blocks may be left out at random (Fan et al.,
/// 2019). Differs from the paper: none.
/// </summary>
internal static class StackBlocks
{
    /// <param name="embedded">the first block's input [batch, positions, hidden], taken over</param>
    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    /// <param name="drop">the probability that a block is left out; 0 unless training</param>
    public static Tensor Run(
        IEnumerable<nn.Module<Tensor, StackContext, Tensor>> blocks, Tensor embedded, StackContext context, Action<Tensor>? onHidden, double drop = 0)
    {
        var hidden = embedded;
        onHidden?.Invoke(hidden);
        foreach (var block in blocks)
        {
            if (drop > 0 && LeftOut(drop)) continue;

            using var input = hidden;
            hidden = block.call(input, context);
            onHidden?.Invoke(hidden);
        }

        return hidden;
    }

    private static bool LeftOut(double probability)
    {
        using var drawn = rand(1);
        return drawn.ToDouble() < probability;
    }
}
