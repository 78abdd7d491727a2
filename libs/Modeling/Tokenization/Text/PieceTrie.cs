namespace Platform.Modeling.Tokenization.Text;

/// <summary>Finds all pieces that begin at one place of a text, in one pass over it.</summary>
internal sealed class PieceTrie
{
    public const int Root = 0;

    private readonly Dictionary<long, int> _edges = [];
    private readonly List<int> _ids = [-1];

    public PieceTrie(IEnumerable<KeyValuePair<string, int>> pieces)
    {
        foreach (var (piece, id) in pieces)
        {
            var node = Root;
            foreach (var unit in piece)
            {
                if (!_edges.TryGetValue(Edge(node, unit), out var next))
                {
                    next = _ids.Count;
                    _edges.Add(Edge(node, unit), next);
                    _ids.Add(-1);
                }

                node = next;
            }

            _ids[node] = id;
        }
    }

    /// <summary>The node behind the edge of that UTF-16 unit; -1 where no piece goes on so.</summary>
    public int Next(int node, char unit) => _edges.TryGetValue(Edge(node, unit), out var next) ? next : -1;

    /// <summary>The piece that ends at the node; -1 for none.</summary>
    public int IdAt(int node) => _ids[node];

    private static long Edge(int node, char unit) => ((long)node << 16) | unit;
}
