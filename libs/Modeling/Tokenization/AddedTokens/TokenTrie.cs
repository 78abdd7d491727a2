using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.AddedTokens;

/// <summary>Finds the leftmost longest of many literal strings.</summary>
internal sealed class TokenTrie<TValue>
{
    private readonly Node _root = new();
    private readonly bool[] _begins = new bool[0x80]; // which ASCII characters a string begins with

    private sealed class Node
    {
        public Dictionary<int, Node>? Children;
        public TValue? Value;
        public bool IsEnd;
    }

    public bool IsEmpty => _root.Children is null;

    public void Add(string content, TValue value)
    {
        var node = _root;
        foreach (var point in CodePoints.Of(content))
        {
            node.Children ??= [];
            if (!node.Children.TryGetValue(point, out var child)) node.Children[point] = child = new Node();
            node = child;
        }

        if (node != _root && content[0] < _begins.Length) _begins[content[0]] = true;
        if (node != _root) (node.Value, node.IsEnd) = (value, true);
    }

    /// <summary>The next string at or behind <paramref name="from"/>.</summary>
    public (int Start, int End, TValue Value)? Next(ReadOnlySpan<int> text, int from)
    {
        if (IsEmpty) return null;
        for (var start = from; start < text.Length; start++)
        {
            if (text[start] < _begins.Length && !_begins[text[start]]) continue;
            if (LongestAt(text, start) is { } longest) return (start, longest.End, longest.Value);
        }

        return null;
    }

    /// <summary>The longest string that begins at <paramref name="start"/>.</summary>
    public (int End, TValue Value)? LongestAt(ReadOnlySpan<int> text, int start)
    {
        (int, TValue)? longest = null;
        var node = _root;
        for (var i = start; i < text.Length && node.Children is not null && node.Children.TryGetValue(text[i], out node); i++)
        {
            if (node.IsEnd) longest = (i + 1, node.Value!);
        }

        return longest;
    }
}
