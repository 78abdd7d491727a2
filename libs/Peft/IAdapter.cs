using Platform.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft;

/// <summary>
/// A small set of parameters attached to a frozen model. Disposing detaches it: the model is again what it was before,
/// or what merging made of it.
/// </summary>
public interface IAdapter : IDisposable
{
    /// <summary>The adapted model; it outlives the adapter.</summary>
    PretrainedModel Model { get; }

    AdapterOptions Options { get; }

    /// <summary>The parameters to train, by the names under which training checkpoints keep them.</summary>
    IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    /// <summary>Why the adapter can serve but not be trained further, in which case it has no <see cref="Parameters"/>; null: it can be trained.</summary>
    string? ServesOnly => null;

    /// <summary>Whether the adapter takes part in the forward pass. Switched off, the model computes bit by bit what its base does.</summary>
    bool Enabled { get; set; }

    /// <summary>Whether the method has weights to add to the base's, see <see cref="Merge"/>.</summary>
    bool IsMergeable { get; }

    /// <summary>Whether the update is part of the base weights at the moment.</summary>
    bool IsMerged { get; }

    /// <summary>Adds the update to the base weights: the forward pass costs what the base costs.</summary>
    /// <exception cref="NotSupportedException">The method has no weights to add.</exception>
    /// <exception cref="InvalidOperationException">The adapter holds a value that is not finite; the message names the parameter.</exception>
    void Merge();

    /// <summary>Restores the base weights bit by bit.</summary>
    void Unmerge();

    /// <summary>Merges without keeping a copy of the base weights; disposing then leaves the merged model.</summary>
    /// <inheritdoc cref="Merge"/>
    void MergeForGood();

    /// <summary>Writes the adapter in PEFT's format; the folder is created.</summary>
    void Save(string folder);

    /// <summary>Overwrites the adapter with a saved one of the same shape.</summary>
    /// <exception cref="AdapterFormatException">The file is not this adapter's; the message names the key and the shapes.</exception>
    void LoadParameters(string folder);

    /// <summary>What a training checkpoint keeps beside the parameters, so that training goes on exactly: a restored one is read into these tensors.</summary>
    IEnumerable<(string Name, Tensor Tensor)> TrainingState => [];

    /// <summary>What the method adds to the loss, a scalar; null: nothing.</summary>
    Tensor? Penalty() => null;

    /// <summary>Is called after each optimizer step, while the gradients are still there.</summary>
    /// <param name="step">counted from 1</param>
    void AfterStep(long step)
    {
    }
}
