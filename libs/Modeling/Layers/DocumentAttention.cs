using Platform.Torch.Operators;
using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>
/// Causal attention inside each document of a packed batch, document by document: the work grows with the documents' lengths,
/// not with the row's, and no mask is read.
/// </summary>
internal static class DocumentAttention
{
    /// <param name="query">[batch, heads, positions, width]</param>
    /// <param name="lengths">of the documents of all rows, one row after the other</param>
    /// <param name="scale">1/√width if absent</param>
    /// <returns>[1, heads, batch · positions, width]</returns>
    public static Tensor Causal(Tensor query, Tensor key, Tensor value, long[] lengths, double? scale = null)
    {
        // Split, not narrow: its gradient is one concatenation instead of a padded tensor per document.
        var queries = Split(query, lengths);
        var keys = Split(key, lengths);
        var values = Split(value, lengths);
        var attended = new Tensor[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            attended[i] = Attention.ScaledDotProduct(queries[i], keys[i], values[i], causal: true, scale: scale);
        }

        var together = cat(attended, 2);
        foreach (var tensor in (IEnumerable<Tensor>)[.. queries, .. keys, .. values, .. attended]) tensor.Dispose();
        return together;
    }

    private static Tensor[] Split(Tensor heads, long[] lengths)
    {
        using var byHead = heads.transpose(0, 1);                                   // [heads, batch, positions, width]
        using var oneRow = byHead.reshape(1, heads.shape[1], -1, heads.shape[3]);   // a view if the batch is one row
        return oneRow.split(lengths, 2);
    }
}
