namespace Platform.FineTuning.Supervised;

/// <summary>A row as token ids, and for each token the id that is to be learned there or <see cref="Ignored"/>.</summary>
public sealed record SupervisedRow(int[] Ids, int[] Labels)
{
    /// <summary>The label of a token that nothing is learned from, as everywhere in the field.</summary>
    public const int Ignored = -100;

    /// <summary>Tokens that have a label and something before them to predict it from.</summary>
    public int SupervisedTokens => Labels.Skip(1).Count(label => label != Ignored);
}
