namespace Platform.Data.Collation;

/// <summary>
/// Puts texts into a batch that is learned as a whole: transformers' DataCollatorForLanguageModeling without masking. Like there no
/// token counts that equals the padding, so that an end-of-text token that pads too is never learned.
/// </summary>
public sealed class LanguageModelingCollator(PaddingOptions padding)
{
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public Batch Collate(IReadOnlyList<int[]> rows) => new PaddingCollator(padding).Collate(
        [.. rows.Select(ids => new SupervisedExample(ids, Array.ConvertAll(ids, id => id == padding.TokenId ? SupervisedExample.IgnoredLabel : id)))]);
}
