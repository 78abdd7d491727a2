using Platform.Data.Collation;
using static TorchSharp.torch;

namespace Platform.FineTuning.Supervised;

/// <summary>Rows side by side, padded on the right, with the positions whose successor is learned.</summary>
/// <param name="Ids">int64 [batch, positions]</param>
/// <param name="AttentionMask">int64 [batch, positions], 1 for real tokens</param>
/// <param name="Positions">int64 [count], into the flattened [batch · positions]</param>
/// <param name="Targets">int64 [count], the token after each position</param>
public sealed record SupervisedBatch(Tensor Ids, Tensor AttentionMask, Tensor Positions, Tensor Targets, long Tokens) : IDisposable
{
    public long Count => Targets.shape[0];

    /// <summary>Puts rows together. The last token of a row is never an input: nothing is predicted from it.</summary>
    public static SupervisedBatch Of(IReadOnlyList<SupervisedExample> rows, Device device)
    {
        var width = Math.Max(1, rows.Max(row => row.Length) - 1);
        var ids = new long[rows.Count * width];
        var mask = new long[ids.Length];
        List<long> positions = [], targets = [];
        for (var i = 0; i < rows.Count; i++)
        {
            var (tokens, labels) = (rows[i].InputIds, rows[i].Labels);
            for (var j = 0; j + 1 < tokens.Length; j++)
            {
                var place = i * width + j;
                (ids[place], mask[place]) = (tokens[j], 1);
                if (labels[j + 1] == SupervisedExample.IgnoredLabel) continue;
                positions.Add(place);
                targets.Add(labels[j + 1]);
            }
        }

        return new(
            tensor(ids, [rows.Count, width], device: device), tensor(mask, [rows.Count, width], device: device),
            tensor(positions.ToArray(), device: device), tensor(targets.ToArray(), device: device), mask.Sum());
    }

    public void Dispose()
    {
        Ids.Dispose();
        AttentionMask.Dispose();
        Positions.Dispose();
        Targets.Dispose();
    }
}
