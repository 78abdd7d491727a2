using Platform.Modeling;
using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Peft.Layers;

/// <summary>An adapter that is a <see cref="LayerUpdate"/> per targeted layer, and perhaps parameters of the base trained in place.</summary>
public class LayerAdapter : IAdapter
{
    internal const string Prefix = "base_model.model.";

    private readonly List<Target> _targets = [];
    private readonly IReadOnlyList<WeightUpdate> _weights;
    private readonly BaseParameters _trained;
    private readonly BaseParameters _stored;
    private readonly BaseParameters? _replaced;
    private readonly Dictionary<AdaptedLayer, WeightCopy> _beforeMerge = [];
    private bool _detached;
    private bool _enabled = true;

    /// <summary>Freezes the model and puts the updates onto its layers.</summary>
    /// <param name="updates">by the paths of their layers</param>
    /// <param name="shared">parameters that all layers share, by their keys in the file</param>
    /// <param name="trained">parameters of the base that are trained, by their names in the model with the adapter on it</param>
    /// <param name="stored">parameters of the base that the file holds although they are not trained, named as the trained ones</param>
    /// <param name="replaced">parameters of the base that have other values under the adapter; they become the adapter's to put back</param>
    /// <param name="weights">updates of weights that belong to no layer</param>
    internal LayerAdapter(
        PretrainedModel model,
        LayerAdapterOptions options,
        IEnumerable<(string Path, LayerUpdate Update)> updates,
        IEnumerable<(string Key, Parameter Parameter)>? shared = null,
        Func<PretrainedModel, IEnumerable<(string Name, Parameter Parameter)>>? trained = null,
        IEnumerable<(string Name, Parameter Parameter)>? stored = null,
        BaseParameters? replaced = null,
        IReadOnlyList<WeightUpdate>? weights = null)
    {
        (Model, Options) = (model, options);
        foreach (var parameter in model.parameters()) parameter.requires_grad = false;
        foreach (var (path, update) in updates) _targets.Add(new Target(path, AdaptedLayer.At(model, path), update));
        foreach (var target in _targets) target.Layer.Add(this, target.Update);
        _weights = weights ?? [];
        foreach (var weight in _weights) weight.Act(true);
        _replaced = replaced;
        _stored = new BaseParameters((stored ?? []).Select(item => (Prefix + item.Name, item.Parameter)), frozen: true);
        _trained = new BaseParameters((trained?.Invoke(model) ?? []).Concat(BaseParameters.Of(model, options.ModulesToSave)).Select(item => (Prefix + item.Name, item.Parameter)));
        Parameters =
        [
            .. _trained.Parameters,
            .. (shared ?? []),
            .. _targets.SelectMany(target => target.Update.Keys.Select(item => ($"{Prefix}{target.Path}.{item.Key}", item.Parameter))),
            .. _weights.SelectMany(weight => weight.Keys),
        ];
    }

    /// <summary>An update for each targeted linear layer.</summary>
    internal static LayerAdapter OnLinears(PretrainedModel model, LayerAdapterOptions resolved, Func<string, Linear, LayerUpdate> create) =>
        new(model, resolved, UpdatesOfLinears(model, resolved, create));

    /// <inheritdoc cref="OnLinears"/>
    internal static List<(string Path, LayerUpdate Update)> UpdatesOfLinears(PretrainedModel model, LayerAdapterOptions resolved, Func<string, Linear, LayerUpdate> create)
    {
        List<(string Path, LayerUpdate Update)> updates = [];
        try
        {
            foreach (var (path, layer) in LayerTargets.Of(model, resolved, module => module is Linear)) updates.Add((path, create(path, (Linear)layer)));
            return updates;
        }
        catch
        {
            foreach (var (_, update) in updates) update.Dispose();
            throw;
        }
    }

    public PretrainedModel Model { get; }

    public AdapterOptions Options { get; }

    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    /// <summary>The adapted layers by their paths in the model, and what is done to each.</summary>
    public IEnumerable<(string Path, AdaptedLayer Layer, LayerUpdate Update)> Updates => _targets.Select(target => (target.Path, target.Layer, target.Update));

    /// <summary>Whether weights that are no adapted layer's have other values under the adapter: such adapters cannot act together.</summary>
    internal bool ChangesBase => _weights.Count > 0 || _trained.Parameters.Any() || _stored.Parameters.Any() || _replaced is not null;

    public bool IsMergeable => true;

    public bool IsMerged { get; private set; }

    public bool Enabled
    {
        get => _enabled;
        set
        {
            if (IsMerged) throw new InvalidOperationException("A merged adapter is part of the weights; unmerge it before switching it.");
            _enabled = value;
            Show(value);
            foreach (var target in _targets) target.Layer.Enable(this, value);
            foreach (var weight in _weights) weight.Act(value);
        }
    }

    public void Merge()
    {
        if (IsMerged) return;
        RequireFinite();
        foreach (var layer in Layers) _beforeMerge[layer] = layer.Base is Linear linear ? linear.Copy() : new WeightCopy(layer.Base.parameters());
        try
        {
            MergeAll(forGood: false);
        }
        catch
        {
            IsMerged = true; // in part; what was merged is undone
            Unmerge();
            throw;
        }
    }

    public void MergeForGood()
    {
        ObjectDisposedException.ThrowIf(_detached, this);
        if (!IsMerged)
        {
            RequireFinite();
            MergeAll(forGood: true);
        }

        Detach(keepTrained: true);
    }

    public void Unmerge()
    {
        if (!IsMerged) return;
        foreach (var copy in _beforeMerge.Values) copy.Restore();
        foreach (var weight in _weights) weight.Unmerge();
        ForgetMerge();
        foreach (var target in _targets) target.Layer.Enable(this, true);
    }

    public virtual void Save(string folder) => AdapterFiles.Write(folder, Options, InFile());

    public virtual void LoadParameters(string folder) => AdapterFiles.ReadInto(folder, InFile(), name => _stored.Parameters.Any(item => item.Name == name));

    public virtual IEnumerable<(string Name, Tensor Tensor)> TrainingState => [];

    public virtual Tensor? Penalty() => null;

    public virtual void AfterStep(long step)
    {
    }

    /// <summary>Puts the base layers back, and the base's own values where they were trained; a merge that can be undone stays.</summary>
    public virtual void Dispose()
    {
        Detach(keepTrained: IsMerged);
        GC.SuppressFinalize(this);
    }

    private IEnumerable<AdaptedLayer> Layers => _targets.Select(target => target.Layer).Distinct();

    /// <summary>The tensors of the file, which are read into these.</summary>
    private protected IEnumerable<(string Name, Tensor Tensor)> InFile() => Parameters.Concat(_stored.Parameters).Select(item => (item.Name, (Tensor)item.Parameter));

    private void Show(bool adapted)
    {
        _trained.Show(adapted);
        _stored.Show(adapted);
        _replaced?.Show(adapted);
    }

    private void MergeAll(bool forGood)
    {
        using var noGradients = no_grad();
        foreach (var target in _targets)
        {
            target.Update.MergeInto(target.Layer.Base);
            target.Layer.Enable(this, false);
        }

        foreach (var weight in _weights) weight.Merge(forGood);
        IsMerged = true;
    }

    private void RequireFinite()
    {
        foreach (var (name, parameter) in Parameters)
        {
            using var finite = parameter.isfinite();
            using var all = finite.all();
            if (!all.item<bool>()) throw new InvalidOperationException($"'{name}' holds a value that is not finite, so the adapter cannot be merged; take an earlier checkpoint.");
        }
    }

    private void Detach(bool keepTrained)
    {
        if (_detached) return;
        _detached = true;
        if (!keepTrained) Show(false);
        _trained.Dispose();
        _stored.Dispose();
        _replaced?.Dispose();
        foreach (var target in _targets)
        {
            target.Layer.Remove(this);
            target.Update.Dispose();
            if (target.Layer.IsEmpty && ModuleTree.Find(Model, target.Path) == target.Layer) ModuleTree.Replace(Model, target.Path, target.Layer.Base);
        }

        foreach (var weight in _weights) weight.Dispose();
        ForgetMerge();
    }

    private void ForgetMerge()
    {
        foreach (var weight in _weights) weight.Forget();
        foreach (var copy in _beforeMerge.Values) copy.Dispose();
        _beforeMerge.Clear();
        IsMerged = false;
    }

    private sealed record Target(string Path, AdaptedLayer Layer, LayerUpdate Update);
}
