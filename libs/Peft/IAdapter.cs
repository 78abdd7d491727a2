using TorchSharp.Modules;

namespace Platform.Peft;

/// <summary>
/// A small set of parameters attached to a frozen model. Disposing detaches it: the model is again what it was before,
/// or what merging made of it.
/// </summary>
public interface IAdapter : IDisposable
{
    /// <summary>The parameters to train, by their names in the adapter's file.</summary>
    IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    /// <summary>Whether the update is part of the base weights at the moment.</summary>
    bool IsMerged { get; }

    /// <summary>Adds the update to the base weights: the forward pass costs what the base costs.</summary>
    void Merge();

    /// <summary>Restores the base weights bit by bit.</summary>
    void Unmerge();

    /// <summary>Writes the adapter in PEFT's format; the folder is created.</summary>
    void Save(string folder);

    /// <summary>Overwrites the parameters with those of a saved adapter of the same shape.</summary>
    /// <exception cref="AdapterFormatException">The file is not this adapter's; the message names the key and the shapes.</exception>
    void LoadParameters(string folder);
}
