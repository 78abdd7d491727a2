namespace Platform.Data.Collation;

/// <summary>Equally long rows, each array [rows × length] row by row.</summary>
/// <param name="AttentionMask">1 for tokens, 0 for padding.</param>
/// <param name="PositionIds">From 0 in every example; a packed row has several.</param>
/// <param name="SequenceIds">Counts the examples of a packed row from 0; -1 for padding. Tokens see only tokens with their own id.</param>
public sealed record Batch(int Rows, int Length, long[] InputIds, long[] Labels, long[] AttentionMask, long[] PositionIds, int[] SequenceIds)
{
    /// <summary>Tokens that count in the loss of a causal model: labels are compared with the token before.</summary>
    public int SupervisedTokens
    {
        get
        {
            var count = 0;
            for (var row = 0; row < Rows; row++)
            {
                for (var column = 1; column < Length; column++)
                {
                    if (Labels[(row * Length) + column] != SupervisedExample.IgnoredLabel) count++;
                }
            }

            return count;
        }
    }
}
