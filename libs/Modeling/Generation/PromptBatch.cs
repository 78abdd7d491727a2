using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Prompts of different lengths, padded on the left so that all continue at the same position.</summary>
/// <param name="Ids">int64 [batch, positions]</param>
/// <param name="Mask">int64 [batch, positions], 1 for real tokens</param>
public sealed record PromptBatch(Tensor Ids, Tensor Mask) : IDisposable
{
    /// <exception cref="ArgumentException">There is no prompt, or an empty one.</exception>
    public static PromptBatch LeftPadded(IReadOnlyList<IReadOnlyList<int>> prompts, long padTokenId, Device device)
    {
        if (prompts.Count == 0) throw new ArgumentException("There are no prompts to continue.");
        var empty = Enumerable.Range(0, prompts.Count).Where(row => prompts[row].Count == 0).ToList();
        if (empty.Count > 0) throw new ArgumentException($"Prompts need at least one token; empty are those at {string.Join(", ", empty)}.");

        var width = prompts.Max(prompt => prompt.Count);
        var (ids, mask) = (new long[prompts.Count * width], new long[prompts.Count * width]);
        Array.Fill(ids, padTokenId);
        for (var row = 0; row < prompts.Count; row++)
        {
            var begin = (row + 1) * width - prompts[row].Count;
            for (var i = 0; i < prompts[row].Count; i++) (ids[begin + i], mask[begin + i]) = (prompts[row][i], 1);
        }

        return new PromptBatch(
            tensor(ids, prompts.Count, width, device: device).DetachFromDisposeScope(),
            tensor(mask, prompts.Count, width, device: device).DetachFromDisposeScope());
    }

    /// <summary>The real tokens of each row.</summary>
    /// <exception cref="ArgumentException">A row has none.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> Unpadded(Tensor ids, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var width = (int)ids.shape[1];
        var tokens = ids.cpu().contiguous().data<long>().ToArray();
        var real = mask?.cpu().ne(0).contiguous().data<bool>().ToArray();
        IReadOnlyList<int>[] rows = [.. Enumerable.Range(0, (int)ids.shape[0]).Select(row =>
            (IReadOnlyList<int>)[.. Enumerable.Range(row * width, width).Where(i => real is null || real[i]).Select(i => (int)tokens[i])])];
        return Array.TrueForAll(rows, row => row.Count > 0) ? rows : throw new ArgumentException("Prompts need at least one token; the attention mask hides all of a row.");
    }

    public void Dispose()
    {
        Ids.Dispose();
        Mask.Dispose();
    }
}
