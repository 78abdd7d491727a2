using Platform.Modeling;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Peft.Layers;

/// <summary>A frozen layer and the adapters on it, in the order in which they came.</summary>
public sealed class AdaptedLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "base_layer")] private readonly nn.Module<Tensor, Tensor> _base;
    private readonly List<Entry> _entries = [];

    public AdaptedLayer(nn.Module<Tensor, Tensor> layer)
        : base(nameof(AdaptedLayer))
    {
        _base = layer;
        RegisterComponents();
    }

    /// <summary>The layer at a path, which becomes an adapted one if it is none yet.</summary>
    internal static AdaptedLayer At(PretrainedModel model, string path)
    {
        if (ModuleTree.Find(model, path) is AdaptedLayer already) return already;

        var layer = new AdaptedLayer((nn.Module<Tensor, Tensor>)ModuleTree.Find(model, path));
        ModuleTree.Replace(model, path, layer);
        return layer;
    }

    public nn.Module<Tensor, Tensor> Base => _base;

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Which adapter each row of the batch gets; null: all rows get all that are enabled. An owner that has nothing here changes nothing.</summary>
    internal IReadOnlyList<object?>? RowOwners { get; set; }

    internal void Add(object owner, LayerUpdate update)
    {
        register_module($"adapter_{_entries.Count}", update);
        update.train(training);
        _entries.Insert(update.IsOutermost ? _entries.Count : _entries.TakeWhile(entry => !entry.Update.IsOutermost).Count(), new Entry(owner, update));
    }

    internal void Remove(object owner)
    {
        _entries.RemoveAll(entry => entry.Owner == owner);

        // Registering null takes a name away; the others move up.
        foreach (var (name, _) in named_children().Where(child => child.name != "base_layer").ToList()) register_module(name, null!);
        foreach (var (index, entry) in _entries.Index()) register_module($"adapter_{index}", entry.Update);
    }

    internal void Enable(object owner, bool enabled)
    {
        foreach (var entry in _entries.Where(entry => entry.Owner == owner)) entry.Enabled = enabled;
    }

    public override Tensor forward(Tensor x) // [batch, ...]
    {
        if (RowOwners is { } owners) return ByRows(x, owners);
        return Through(_entries.Where(entry => entry.Enabled).Select(entry => entry.Update), x);
    }

    private Tensor Through(IEnumerable<LayerUpdate> updates, Tensor x)
    {
        Func<Tensor, Tensor> layer = _base.call;
        foreach (var update in updates)
        {
            var below = layer;
            layer = input => update.Forward(input, below);
        }

        return layer(x);
    }

    private Tensor ByRows(Tensor x, IReadOnlyList<object?> owners)
    {
        if (x.shape[0] != owners.Count) throw new ArgumentException($"Adapters were chosen for {owners.Count} rows; the batch has {x.shape[0]}.");
        using var scope = NewDisposeScope();
        List<Tensor> parts = [];
        List<long> order = [];
        foreach (var group in owners.Index().GroupBy(item => _entries.Exists(entry => entry.Owner == item.Item) ? item.Item : null))
        {
            long[] rows = [.. group.Select(item => (long)item.Index)];
            order.AddRange(rows);
            parts.Add(Through(_entries.Where(entry => entry.Owner == group.Key || entry.Update.IsOutermost).Select(entry => entry.Update), x.index_select(0, tensor(rows, device: x.device))));
        }

        var places = tensor(order.ToArray(), device: x.device).argsort(0);
        return cat(parts, 0).index_select(0, places).MoveToOuterDisposeScope();
    }

    private sealed class Entry(object owner, LayerUpdate update)
    {
        public object Owner { get; } = owner;

        public LayerUpdate Update { get; } = update;

        public bool Enabled { get; set; } = true;
    }
}
