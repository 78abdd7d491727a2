namespace Platform.Modeling.Tokenization;

/// <summary>A tokenized text; all lists have one entry per token.</summary>
public sealed class Encoding
{
    public List<int> Ids { get; private init; } = [];

    public List<string> Tokens { get; private init; } = [];

    /// <summary>Where each token came from, as a range of code points of its text; (0, 0) for tokens that were put in.</summary>
    public List<(int Start, int End)> Offsets { get; private init; } = [];

    /// <summary>Which segment a token belongs to, as the model wants it: usually 0 for the first text and 1 for the second.</summary>
    public List<int> TypeIds { get; private init; } = [];

    /// <summary>1 for tokens that were put in, 0 for tokens of the text.</summary>
    public List<int> SpecialTokensMask { get; private init; } = [];

    /// <summary>0 for padding, 1 for everything else.</summary>
    public List<int> AttentionMask { get; private init; } = [];

    /// <summary>The piece of the text, counted from 0, or of the given words; null for tokens that were put in.</summary>
    public List<int?> WordIds { get; private init; } = [];

    /// <summary>0 for tokens of the first text, 1 for those of the second, null for tokens that were put in.</summary>
    public List<int?> SequenceIds { get; private init; } = [];

    /// <summary>What truncation cut off, in windows of the same length.</summary>
    public List<Encoding> Overflowing { get; } = [];

    public int Length => Ids.Count;

    internal void Add(int id, string token, (int Start, int End) offsets, int typeId, int? word, int? sequence, bool special = false, bool padding = false)
    {
        Ids.Add(id);
        Tokens.Add(token);
        Offsets.Add(offsets);
        TypeIds.Add(typeId);
        SpecialTokensMask.Add(special ? 1 : 0);
        AttentionMask.Add(padding ? 0 : 1);
        WordIds.Add(word);
        SequenceIds.Add(sequence);
    }

    internal Encoding Slice(int start, int end)
    {
        var count = end - start;
        return new Encoding
        {
            Ids = Ids.GetRange(start, count),
            Tokens = Tokens.GetRange(start, count),
            Offsets = Offsets.GetRange(start, count),
            TypeIds = TypeIds.GetRange(start, count),
            SpecialTokensMask = SpecialTokensMask.GetRange(start, count),
            AttentionMask = AttentionMask.GetRange(start, count),
            WordIds = WordIds.GetRange(start, count),
            SequenceIds = SequenceIds.GetRange(start, count),
        };
    }

    /// <summary>The parts one behind the other, without their overflow.</summary>
    internal static Encoding Concat(IEnumerable<Encoding> parts)
    {
        var whole = new Encoding();
        foreach (var part in parts)
        {
            whole.Ids.AddRange(part.Ids);
            whole.Tokens.AddRange(part.Tokens);
            whole.Offsets.AddRange(part.Offsets);
            whole.TypeIds.AddRange(part.TypeIds);
            whole.SpecialTokensMask.AddRange(part.SpecialTokensMask);
            whole.AttentionMask.AddRange(part.AttentionMask);
            whole.WordIds.AddRange(part.WordIds);
            whole.SequenceIds.AddRange(part.SequenceIds);
        }

        return whole;
    }
}
