using Platform.Modeling.Layers.Experts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Layers;

/// <summary>Something added to a weight that belongs to no layer: while it acts in the forward pass, or for good.</summary>
internal abstract class WeightUpdate : IDisposable
{
    private readonly AdaptableWeight _weight;
    private readonly Func<Tensor> _change;
    private Tensor? _beforeMerge;
    private bool _acts;

    protected WeightUpdate(AdaptableWeight weight) => (_weight, _change) = (weight, Delta);

    /// <summary>The trained parameters by their keys in the file.</summary>
    public abstract IEnumerable<(string Key, Parameter Parameter)> Keys { get; }

    protected Parameter Weight => _weight.Parameter;

    /// <summary>Takes part in the forward pass, or does not.</summary>
    public void Act(bool acts)
    {
        if (acts == _acts) return;
        _acts = acts;
        if (acts) _weight.Add(_change);
        else _weight.Remove(_change);
    }

    /// <summary>Adds the update to the weight and takes no part any more.</summary>
    /// <param name="forGood">whether the weight as it was is not kept</param>
    public void Merge(bool forGood)
    {
        using var noGradients = no_grad();
        if (!forGood) _beforeMerge = Weight.detach().clone().DetachFromDisposeScope();
        using var delta = Delta();
        Weight.add_(delta);
        Act(false);
    }

    /// <summary>Restores the weight bit by bit and takes part again.</summary>
    public void Unmerge()
    {
        if (_beforeMerge is null) return;
        using var noGradients = no_grad();
        Weight.copy_(_beforeMerge);
        Forget();
        Act(true);
    }

    /// <summary>Lets go of the weight as it was before the merge.</summary>
    public void Forget()
    {
        _beforeMerge?.Dispose();
        _beforeMerge = null;
    }

    public void Dispose()
    {
        Act(false);
        Forget();
        DisposeFactors();
    }

    /// <summary>What is added, in float32, of the weight's shape; the caller disposes it.</summary>
    protected abstract Tensor Delta();

    protected abstract void DisposeFactors();
}
