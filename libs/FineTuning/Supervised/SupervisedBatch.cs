using Platform.Data.Collation;
using static TorchSharp.torch;

namespace Platform.FineTuning.Supervised;

/// <summary>
/// Rows as a model reads them, with the positions whose successor is learned: side by side, padded on the right; or, if any is packed,
/// end to end in one row without padding, where positions that restart keep the sequences apart.
/// </summary>
/// <param name="Ids">int64 [batch, positions]</param>
/// <param name="AttentionMask">int64 [batch, positions], 1 for real tokens; null: all are</param>
/// <param name="PositionIds">int64 [batch, positions]; null: they count from 0</param>
/// <param name="Positions">int64 [count], into the flattened [batch · positions]</param>
/// <param name="Targets">int64 [count], the token after each position</param>
public sealed record SupervisedBatch(Tensor Ids, Tensor? AttentionMask, Tensor? PositionIds, Tensor Positions, Tensor Targets, long Tokens) : IDisposable
{
    private static readonly PaddingCollator Padding = new(new PaddingOptions());
    private static readonly FlatteningCollator Flattening = new();

    public long Count => Targets.shape[0];

    /// <summary>Puts rows together.</summary>
    public static SupervisedBatch Of(IReadOnlyList<SupervisedExample> rows, Device device)
    {
        var packed = rows.Any(row => row.SequenceLengths.Length > 1);
        var batch = packed ? Flattening.Collate(rows) : Padding.Collate(rows);
        var predictions = batch.Predictions.ToList();
        return new(
            Matrix(batch.InputIds),
            packed ? null : Matrix(batch.AttentionMask),
            packed ? Matrix(batch.PositionIds) : null,
            tensor(predictions.ConvertAll(prediction => (long)prediction.Position).ToArray(), device: device),
            tensor(predictions.ConvertAll(prediction => prediction.Target).ToArray(), device: device),
            rows.Sum(row => (long)row.Length));

        Tensor Matrix(long[] values) => tensor(values, [batch.Rows, batch.Length], device: device);
    }

    public void Dispose()
    {
        Ids.Dispose();
        AttentionMask?.Dispose();
        PositionIds?.Dispose();
        Positions.Dispose();
        Targets.Dispose();
    }
}
