using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>
/// Positions that an adapter puts in front of every text, before its padding too: [virtual, padding, text]. Every text sees them, and
/// its own positions count from <paramref name="Count"/>.
/// </summary>
/// <param name="Count">how many there are</param>
public abstract record VirtualTokens(long Count)
{
    /// <summary>What is computed for the text's own tokens, which stand behind the virtual ones.</summary>
    /// <param name="outputs">[batch, virtual + positions, ...]</param>
    /// <param name="inputIds">[batch, positions]</param>
    /// <returns>[batch, positions, ...], a view</returns>
    public static Tensor OwnOutputs(Tensor outputs, Tensor inputIds) =>
        outputs.narrow(1, outputs.shape[1] - inputIds.shape[1], inputIds.shape[1]);

    /// <summary>Labels for outputs that begin with virtual tokens, which have none.</summary>
    /// <param name="labels">int64 [batch, positions]</param>
    /// <param name="positions">of the outputs</param>
    /// <returns>int64 [batch, virtual + positions]</returns>
    public static Tensor PaddedLabels(Tensor labels, long positions) =>
        nn.functional.pad(labels, [positions - labels.shape[1], 0], value: DecoderInputs.IgnoredLabel);

    /// <summary>The mask of a pass, with the virtual tokens in front as far as the cache still has them.</summary>
    /// <param name="mask">[batch, positions of the text that are kept or new]; null: all are real</param>
    /// <param name="keys">how many keys the pass has</param>
    internal Tensor? Mask(Tensor? mask, long keys)
    {
        if (mask is null) return null;

        using var whole = nn.functional.pad(mask, [Count, 0], value: 1);
        return whole.narrow(1, Math.Max(0, whole.shape[1] - keys), Math.Min(keys, whole.shape[1]));
    }

    /// <summary>Positions behind the virtual tokens.</summary>
    /// <exception cref="NotSupportedException">Positions without a mask restart: several texts are packed into a row.</exception>
    internal Tensor? Positions(Tensor? positions, Tensor? mask)
    {
        if (positions is null) return null;
        if (mask is null && positions.shape[1] > 1)
        {
            using var steps = positions.diff(1, -1);
            using var restarts = steps.ne(1);
            using var any = restarts.any();
            if (any.item<bool>()) throw new NotSupportedException("Several texts are packed into a row, of which only the first would see the virtual tokens of the adapter; switch packing off.");
        }

        return positions.add(Count);
    }
}

/// <summary>
/// They stand in the model's input as the ids −1, −2, …, which the adapter teaches the layer that embeds the ids. Outputs begin with
/// theirs.
/// </summary>
public sealed record VirtualInputs(long Count) : VirtualTokens(Count)
{
    /// <summary>[batch, positions] -> [batch, virtual + positions]</summary>
    internal Tensor Ids(Tensor ids)
    {
        using var first = arange(-1, -Count - 1, -1, ScalarType.Int64, ids.device);
        using var row = first.unsqueeze(0);
        using var rows = row.expand(ids.shape[0], -1);
        return cat([rows, ids], 1);
    }

    /// <summary>Positions of the virtual tokens and of the text behind them.</summary>
    /// <param name="own">of the text, shifted already</param>
    internal Tensor AllPositions(Tensor own)
    {
        using var first = arange(Count, ScalarType.Int64, own.device);
        using var row = first.unsqueeze(0);
        using var rows = row.expand(own.shape[0], -1);
        return cat([rows, own], 1);
    }
}

/// <summary>They are keys and values in every block, which no position rotates and no output shows.</summary>
/// <param name="Compute">gives those of each block for a batch of so many rows, with gradients; whoever asks disposes them</param>
public sealed record VirtualKeys(long Count, Func<long, IReadOnlyList<KeysAndValues>> Compute) : VirtualTokens(Count);
