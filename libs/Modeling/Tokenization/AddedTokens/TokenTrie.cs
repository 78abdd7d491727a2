using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.AddedTokens;

/// <summary>Finds the leftmost longest of many literal strings.</summary>
internal sealed class TokenTrie
{
    private readonly Node _root = new();

    private sealed class Node
    {
        public Dictionary<int, Node>? Children;
        public AddedToken? Token;
    }

    public bool IsEmpty => _root.Children is null;

    public void Add(string content, AddedToken token)
    {
        var node = _root;
        foreach (var point in CodePoints.Of(content))
        {
            node.Children ??= [];
            if (!node.Children.TryGetValue(point, out var child)) node.Children[point] = child = new Node();
            node = child;
        }

        if (node != _root) node.Token = token;
    }

    /// <summary>The next token at or behind <paramref name="from"/>.</summary>
    public (int Start, int End, AddedToken Token)? Next(ReadOnlySpan<int> text, int from)
    {
        if (IsEmpty) return null;
        for (var start = from; start < text.Length; start++)
        {
            (int, int, AddedToken)? longest = null;
            var node = _root;
            for (var i = start; i < text.Length && node.Children is not null && node.Children.TryGetValue(text[i], out node); i++)
            {
                if (node.Token is not null) longest = (start, i + 1, node.Token);
            }

            if (longest is not null) return longest;
        }

        return null;
    }
}
