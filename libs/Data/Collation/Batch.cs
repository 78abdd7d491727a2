namespace Platform.Data.Collation;

/// <summary>Equally long rows, each array [rows × length] row by row.</summary>
/// <param name="AttentionMask">1 for tokens, 0 for padding.</param>
/// <param name="PositionIds">From 0 in every sequence; a packed row has several.</param>
/// <param name="SequenceIds">Counts the sequences of a row from 0; -1 for padding. Tokens see only tokens with their own id.</param>
public sealed record Batch(int Rows, int Length, long[] InputIds, long[] Labels, long[] AttentionMask, long[] PositionIds, int[] SequenceIds)
{
    /// <summary>What a causal model is trained to predict: the tokens of a sequence that have a label, each from the one before it.</summary>
    public IEnumerable<(int Position, long Target)> Predictions
    {
        get
        {
            for (var i = 1; i < Labels.Length; i++)
            {
                if (i % Length > 0 && Labels[i] != SupervisedExample.IgnoredLabel && SequenceIds[i] == SequenceIds[i - 1]) yield return (i - 1, Labels[i]);
            }
        }
    }

    /// <summary>Where sequences begin in the arrays, and where the last one ends: the <c>cu_seq_lens</c> of a flattened batch.</summary>
    public IReadOnlyList<int> SequenceStarts
    {
        get
        {
            List<int> starts = [];
            var end = 0;
            for (var i = 0; i < SequenceIds.Length; i++)
            {
                if (SequenceIds[i] < 0) continue;
                if (PositionIds[i] == 0) starts.Add(i);
                end = i + 1;
            }

            return [.. starts, end];
        }
    }
}
