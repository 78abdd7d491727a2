using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.AdaLora;

/// <summary>The values of one layer: what they are worth, and which are left.</summary>
internal sealed class LayerRanks(string path, AdaLoraUpdate update) : IDisposable
{
    private readonly (string Name, Importance Importance)[] _importances =
        [("lora_A", new Importance(update.Right)), ("lora_B", new Importance(update.Left)), ("lora_E", new Importance(update.Values))];

    public string Path { get; } = path;

    public AdaLoraUpdate Update { get; } = update;

    /// <summary>Whether a value is left, [rank, 1].</summary>
    public Tensor Kept { get; } = ones_like(update.Values, ScalarType.Bool, requires_grad: false).DetachFromDisposeScope();

    /// <summary>What a training checkpoint must keep.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => _importances
        .SelectMany(item => ((string, Tensor)[])[($"{item.Name}.sensitivity", item.Importance.Sensitivity), ($"{item.Name}.uncertainty", item.Importance.Uncertainty)])
        .Append(("lora_E.kept", Kept))
        .Select(item => ($"{LayerAdapter.Prefix}{Path}.{item.Item1}", item.Item2));

    public void Observe(AdaLoraOptions options)
    {
        foreach (var (_, importance) in _importances) importance.Observe(options.SensitivityDecay, options.UncertaintyDecay);
    }

    /// <summary>Of each value: its own score and the mean ones of its row of A and its column of B (equation 7), [rank, 1].</summary>
    public Tensor Scores()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var (right, left, values) = (_importances[0].Importance.Score(), _importances[1].Importance.Score(), _importances[2].Importance.Score());
        return values.add(right.mean([1], keepdim: true).add(left.mean([0L]).unsqueeze(1))).MoveToOuterDisposeScope();
    }

    /// <summary>Lets go of the values that score no more than a threshold; some may come back.</summary>
    public void Cut(double threshold)
    {
        using var scores = Scores();
        using var above = scores.gt(threshold);
        Kept.copy_(above);
        Apply();
    }

    /// <summary>Sets to zero what is not left: the optimizer may have moved it.</summary>
    public void Apply()
    {
        using var noGradients = no_grad();
        using var cut = Kept.logical_not();
        Update.Values.masked_fill_(cut, 0);
    }

    public void Forget()
    {
        foreach (var (_, importance) in _importances) importance.Forget();
    }

    public void Dispose()
    {
        foreach (var (_, importance) in _importances) importance.Dispose();
        Kept.Dispose();
    }
}
