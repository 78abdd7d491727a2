namespace Platform.Modeling.Tokenization;

/// <summary>Decodes token by token, holding back what is not yet a whole character.</summary>
public sealed class DecodeStream(Tokenizer tokenizer, bool skipSpecialTokens = true)
{
    private List<int> _ids = [];
    private string _prefix = "";
    private int _prefixTokens;

    /// <summary>Takes the next token; returns the text that it completes, or null if there is none yet.</summary>
    public string? Step(int id)
    {
        if (_prefix.Length == 0 && _ids.Count > 0)
        {
            var prefix = tokenizer.Decode(_ids, skipSpecialTokens);
            if (!prefix.EndsWith('\uFFFD')) (_prefix, _prefixTokens) = (prefix, _ids.Count);
        }

        _ids.Add(id);
        var text = tokenizer.Decode(_ids, skipSpecialTokens);
        if (text.Length <= _prefix.Length || text.EndsWith('\uFFFD') || !text.StartsWith(_prefix, StringComparison.Ordinal)) return null;
        var added = text[_prefix.Length..];
        // Keep only the tokens that the next ones may join with.
        var keptTokens = _ids.Count - _prefixTokens;
        _ids = _ids[_prefixTokens..];
        _prefix = tokenizer.Decode(_ids, skipSpecialTokens);
        _prefixTokens = keptTokens;
        return added;
    }
}
