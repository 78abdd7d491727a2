using Platform.Modeling;
using Platform.Modeling.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>A LoRA attached to a model: its targeted linear layers are replaced by <see cref="LoraLinear"/>, everything else is frozen.</summary>
public sealed class LoraAdapter : IAdapter
{
    private readonly IReadOnlyList<Target> _targets;
    private bool _detached;

    private LoraAdapter(CausalLanguageModel model, LoraOptions options, IReadOnlyList<Target> targets)
    {
        (Model, Options, _targets) = (model, options, targets);
        Parameters = [.. LoraParameters.Of(model, options, targets.Select(target => (target.Path, target.Layer)))];
    }

    /// <summary>The adapted model; it outlives the adapter.</summary>
    public CausalLanguageModel Model { get; }

    public LoraOptions Options { get; }

    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    /// <summary>The adapted layers by their paths in the model.</summary>
    public IEnumerable<(string Path, LoraLinear Layer)> Layers => _targets.Select(target => (target.Path, target.Layer));

    public bool IsMerged => _targets[0].Layer.IsMerged;

    /// <summary>Attaches a new adapter and freezes the model.</summary>
    /// <param name="model">The base; its targeted layers are replaced in place.</param>
    /// <param name="options">What to adapt and how.</param>
    /// <param name="generator">Draws the factors; with PyTorch's seed it gives PEFT's numbers.</param>
    /// <exception cref="ArgumentException">The options are invalid or target no linear layer of the model.</exception>
    public static LoraAdapter Attach(CausalLanguageModel model, LoraOptions options, Generator generator)
    {
        var adapter = Attach(model, options);
        foreach (var target in adapter._targets) LoraInitialization.Draw(target.Layer, options.Init, generator);
        return adapter;
    }

    /// <summary>Attaches the adapter saved in a folder in PEFT's format.</summary>
    /// <exception cref="AdapterFormatException">The folder is no LoRA adapter or does not fit the model.</exception>
    /// <exception cref="NotSupportedException">The adapter uses something that this library lacks.</exception>
    public static LoraAdapter Load(CausalLanguageModel model, string folder)
    {
        var adapter = Attach(model, AdapterFiles.ReadOptions(folder));
        try
        {
            adapter.LoadParameters(folder);
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>Loads an adapter, merges it into the model for good and lets go of it.</summary>
    public static void MergeInto(CausalLanguageModel model, string folder)
    {
        using var adapter = Load(model, folder);
        adapter.MergeForGood();
    }

    public void Merge()
    {
        foreach (var target in _targets) target.Layer.Merge();
    }

    public void Unmerge()
    {
        foreach (var target in _targets) target.Layer.Unmerge();
    }

    /// <summary>Merges without keeping a copy of the base weights; <see cref="IDisposable.Dispose"/> then leaves the merged model.</summary>
    public void MergeForGood()
    {
        ObjectDisposedException.ThrowIf(_detached, this);
        foreach (var target in _targets) target.Layer.MergeForGood();
        Detach();
    }

    public void Save(string folder) => AdapterFiles.Write(folder, Options, Parameters);

    public void LoadParameters(string folder) => AdapterFiles.ReadInto(folder, Parameters);

    /// <summary>Puts the base layers back; a merge that can be undone stays merged.</summary>
    public void Dispose() => Detach();

    private static LoraAdapter Attach(CausalLanguageModel model, LoraOptions options)
    {
        if (options.Problems() is [_, ..] problems) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        var resolved = LoraTargets.Resolve(model, options);
        foreach (var parameter in model.parameters()) parameter.requires_grad = false;
        List<Target> targets = [];
        foreach (var (path, layer) in LoraTargets.Of(model, resolved))
        {
            var adapted = new LoraLinear(layer, LoraTargets.Rank(resolved, path), LoraTargets.Scaling(resolved, path), resolved);
            adapted.train(model.training);
            ModuleTree.Replace(model, path, adapted);
            targets.Add(new Target(path, adapted));
        }

        return new LoraAdapter(model, resolved, targets);
    }

    private void Detach()
    {
        if (_detached) return;
        _detached = true;
        foreach (var target in _targets)
        {
            ModuleTree.Replace(Model, target.Path, target.Layer.Base);
            target.Layer.DisposeFactors();
        }
    }

    private sealed record Target(string Path, LoraLinear Layer);
}
