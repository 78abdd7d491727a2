using Platform.Modeling;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Peft;

/// <summary>Several adapters on one model, by name: one or more act, or each row of a batch has its own.</summary>
public sealed class AdapterSet(PretrainedModel model) : IDisposable
{
    /// <summary>In a choice by rows: no adapter.</summary>
    public const string Base = "__base__";

    private readonly Dictionary<string, IAdapter> _adapters = new(StringComparer.Ordinal);
    private List<string> _active = [];
    private bool _byRows;

    public IReadOnlyCollection<string> Names => _adapters.Keys;

    /// <summary>The adapters that act, in the order in which they were named.</summary>
    public IReadOnlyList<string> Active => _active;

    public IAdapter this[string name] => _adapters.TryGetValue(name, out var adapter) ? adapter : throw new ArgumentException($"There is no adapter '{name}'; there are {string.Join(", ", _adapters.Keys)}.", nameof(name));

    /// <summary>Loads a saved adapter; it does not act before it is activated.</summary>
    /// <inheritdoc cref="Adapters.Load"/>
    public IAdapter Load(string name, string folder) => Add(name, () => Adapters.Load(model, folder));

    /// <summary>Attaches a new adapter; it does not act before it is activated.</summary>
    /// <inheritdoc cref="Adapters.Attach"/>
    public IAdapter Attach(string name, AdapterOptions options, Generator generator) => Add(name, () => Adapters.Attach(model, options, generator));

    /// <summary>Adds a LoRA that is a weighted combination of others.</summary>
    /// <inheritdoc cref="WeightedCombination.Attach"/>
    public IAdapter Combine(string name, WeightedCombination combination) => Add(name, () => combination.Attach(model, [.. combination.Sources.Select(source => Layered(source.Name))]));

    /// <summary>Lets these adapters act, and only these, which then are the ones that are trained; none: the base alone.</summary>
    /// <exception cref="ArgumentException">A name is unknown, or several of them change the base's own parameters.</exception>
    public void Activate(params IReadOnlyList<string> names)
    {
        RequireSeparate();
        RequireCompatible(names);
        foreach (var (_, adapter) in _adapters) Switch(adapter, acts: false);
        foreach (var name in names) Switch(this[name], acts: true);
        _active = [.. names];
    }

    /// <summary>Chooses an adapter, or <see cref="Base"/>, for each row of the batches to come; disposing the result ends the choice.</summary>
    /// <exception cref="ArgumentException">A name is unknown, or its adapter cannot act on single rows.</exception>
    public IDisposable ChooseRows(IReadOnlyList<string> names)
    {
        RequireSeparate();
        foreach (var name in names.Distinct().Where(name => name != Base))
            if (Layered(name).ChangesBase) throw new ArgumentException($"The adapter '{name}' changes parameters of the base, such as modules_to_save, so it cannot act on single rows; give it batches of its own.", nameof(names));

        var before = _active;
        Activate();
        _active = before;
        Show([.. names.Select(name => name == Base ? null : (object?)this[name])]);
        _byRows = true;
        return new RowChoice(this);
    }

    /// <summary>Merges the adapters that act, in order.</summary>
    /// <inheritdoc cref="IAdapter.Merge"/>
    public void Merge()
    {
        RequireSeparate();
        foreach (var name in _active) this[name].Merge();
    }

    /// <summary>Restores the base weights bit by bit.</summary>
    public void Unmerge()
    {
        foreach (var name in Enumerable.Reverse(_active)) this[name].Unmerge();
    }

    /// <summary>Takes an adapter off the model.</summary>
    public void Remove(string name)
    {
        var adapter = this[name];
        RequireSeparate();
        _adapters.Remove(name);
        _active.Remove(name);
        adapter.Dispose();
    }

    /// <summary>Takes all adapters off, the last one first; what is merged stays merged.</summary>
    public void Dispose()
    {
        if (_byRows) EndRows();
        foreach (var (_, adapter) in _adapters.Reverse()) adapter.Dispose();
        _adapters.Clear();
        _active = [];
    }

    private IAdapter Add(string name, Func<IAdapter> create)
    {
        if (name == Base || _adapters.ContainsKey(name)) throw new ArgumentException($"The name '{name}' is taken; there are {Base}, {string.Join(", ", _adapters.Keys)}.", nameof(name));
        var active = _active;
        Activate(); // so that the new one finds the base's own values
        try
        {
            var adapter = create();
            _adapters.Add(name, adapter);
            Switch(adapter, acts: false);
            return adapter;
        }
        finally
        {
            Activate(active);
        }
    }

    private static void Switch(IAdapter adapter, bool acts)
    {
        adapter.Enabled = acts;
        foreach (var (_, parameter) in adapter.Parameters) parameter.requires_grad = acts;
    }

    private LayerAdapter Layered(string name) => this[name] as LayerAdapter ?? throw new ArgumentException($"The adapter '{name}' is a {this[name].Options.PeftType}, which does not act on layers.", nameof(name));

    private void RequireCompatible(IReadOnlyList<string> names)
    {
        List<string> changing = [.. names.Where(name => this[name] is LayerAdapter { ChangesBase: true })];
        if (changing.Count > 1) throw new ArgumentException($"The adapters {string.Join(" and ", changing)} change parameters of the base, such as modules_to_save, so only one of them can act at a time.", nameof(names));
    }

    private void RequireSeparate()
    {
        if (_byRows) throw new InvalidOperationException("Adapters are chosen by rows at the moment; dispose that choice first.");
        if (_adapters.FirstOrDefault(item => item.Value.IsMerged).Key is { } merged) throw new InvalidOperationException($"The adapter '{merged}' is merged; unmerge it first.");
    }

    private void Show(IReadOnlyList<object?>? owners)
    {
        foreach (var (_, layer, _) in _adapters.Values.OfType<LayerAdapter>().SelectMany(adapter => adapter.Updates)) layer.RowOwners = owners;
    }

    private void EndRows()
    {
        Show(null);
        _byRows = false;
        Activate(_active);
    }

    private sealed class RowChoice(AdapterSet set) : IDisposable
    {
        public void Dispose()
        {
            if (set._byRows) set.EndRows();
        }
    }
}
