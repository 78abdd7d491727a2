using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Peft;

/// <summary>Puts adapters of any method onto models.</summary>
public static class Adapters
{
    /// <summary>Attaches a new adapter and freezes the model.</summary>
    /// <param name="model">The base; its targeted layers are replaced in place.</param>
    /// <param name="options">What to adapt and how.</param>
    /// <param name="generator">Draws the first values; with PyTorch's seed it gives PEFT's numbers.</param>
    /// <exception cref="ArgumentException">The options are invalid or fit nothing in the model.</exception>
    public static IAdapter Attach(PretrainedModel model, AdapterOptions options, Generator generator) =>
        options.Problems() is [_, ..] problems
            ? throw new ArgumentException(string.Join(" ", problems))
            : options.ForNew(model).Attach(model, generator);

    /// <summary>Attaches the adapter saved in a folder in PEFT's format.</summary>
    /// <exception cref="AdapterFormatException">The folder is no adapter or does not fit the model.</exception>
    /// <exception cref="NotSupportedException">The adapter uses something that this library lacks.</exception>
    public static IAdapter Load(PretrainedModel model, string folder)
    {
        var adapter = AdapterFiles.ReadOptions(folder).CompletedBy(folder).Attach(model, generator: null);
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

    /// <summary>Loads an adapter to stay: merges it where its method can, which costs nothing at each pass, and otherwise leaves it attached.</summary>
    /// <inheritdoc cref="Load"/>
    public static void Apply(PretrainedModel model, string folder)
    {
        var adapter = Load(model, folder);
        if (!adapter.IsMergeable) return; // it lives as long as the model
        using (adapter) adapter.MergeForGood();
    }

    /// <summary>Loads an adapter, merges it into the model for good and lets go of it.</summary>
    /// <inheritdoc cref="Load"/>
    public static void MergeInto(PretrainedModel model, string folder)
    {
        using var adapter = Load(model, folder);
        adapter.MergeForGood();
    }
}
