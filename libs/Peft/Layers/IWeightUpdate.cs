using TorchSharp.Modules;

namespace Platform.Peft.Layers;

/// <summary>What an adapter does to a weight that belongs to no layer.</summary>
internal interface IWeightUpdate : IDisposable
{
    /// <summary>The trained parameters by their keys in the file.</summary>
    IEnumerable<(string Key, Parameter Parameter)> Keys { get; }

    /// <summary>Takes part in the forward pass, or does not.</summary>
    void Act(bool acts);

    /// <summary>Adds the update to the weight and takes no part any more.</summary>
    /// <param name="forGood">whether the weight as it was is not kept</param>
    void Merge(bool forGood);

    /// <summary>Restores the weight bit by bit and takes part again.</summary>
    void Unmerge();

    /// <summary>Lets go of the weight as it was before the merge.</summary>
    void Forget();
}
