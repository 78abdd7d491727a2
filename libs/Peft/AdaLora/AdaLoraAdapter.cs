using Platform.Modeling;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.AdaLora;

/// <summary>Updates of many layers that share a budget of ranks: after each step the least important values are cut.</summary>
/// <remarks>
/// loss + γ mean(‖A Aᵀ - I‖, ‖Bᵀ B - I‖); every ΔT steps all values but the b(t) of the highest scores become zero.
/// Zhang et al.: "AdaLoRA", 2023, algorithm 1; <see cref="BudgetSchedule"/> and <see cref="Importance"/> have the formulas.
/// Differs from the paper: the penalty is a mean of norms and not a sum of their squares, as in PEFT; at a tie with the best value that is cut,
/// both go. A file holds only what is left: training goes on from a checkpoint, which has <see cref="TrainingState"/>.
/// </remarks>
public sealed class AdaLoraAdapter : LayerAdapter
{
    private readonly AdaLoraOptions _options;
    private readonly List<LayerRanks> _layers;
    private readonly BudgetSchedule? _schedule; // null: the ranks were cut for good

    internal AdaLoraAdapter(PretrainedModel model, AdaLoraOptions options, IEnumerable<(string Path, LayerUpdate Update)> updates)
        : base(model, options, updates, trained: adapted => LoraBiases.Of(adapted, options.Bias))
    {
        _options = options;
        _layers = [.. Updates.Select(item => new LayerRanks(item.Path, (AdaLoraUpdate)item.Update))];
        var initial = _layers.Count * options.InitialRank;
        if (options is { RankPattern: null, TotalSteps: { } total })
            _schedule = new BudgetSchedule(initial, _layers.Count * options.TargetRank, options.WarmupSteps, total - options.FinalSteps, options.Interval);
    }

    /// <summary>Which of the first values are left, by layer; null before the first cut.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<bool>>? RankPattern => _options.RankPattern ?? Present();

    public override IEnumerable<(string Name, Tensor Tensor)> TrainingState => _layers.SelectMany(layer => layer.State);

    public override Tensor? Penalty()
    {
        if (!Enabled || IsMerged) return null;
        using var scope = NewDisposeScope();
        var sum = zeros(1, device: _layers[0].Update.Right.device).squeeze();
        foreach (var layer in _layers) sum = sum.add(layer.Update.Obliqueness());
        return sum.mul(_options.OrthogonalWeight / (2 * _layers.Count)).MoveToOuterDisposeScope();
    }

    public override void AfterStep(long step)
    {
        if (_schedule is null) return;
        var index = step - 1;
        if (index < _schedule.LastCut)
        {
            foreach (var layer in _layers) layer.Observe(_options);
        }

        var (budget, cuts) = _schedule.At(index);
        if (cuts) CutTo(budget);
        if (index == _schedule.LastCut) foreach (var layer in _layers) layer.Forget();
        if (index > _schedule.LastCut) foreach (var layer in _layers) layer.Apply();
    }

    public override void Save(string folder)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        AdapterFiles.Write(folder, _options with { RankPattern = RankPattern }, _options.RankPattern is null && RankPattern is not null ? Left() : InFile());
    }

    /// <summary>Overwrites the adapter with a saved one; where that one was cut, the same values are cut here.</summary>
    /// <inheritdoc/>
    public override void LoadParameters(string folder)
    {
        if (_options.RankPattern is not null || AdapterFiles.ReadOptions(folder) is not AdaLoraOptions { RankPattern: { } pattern })
        {
            base.LoadParameters(folder);
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var layer in _layers)
        {
            if (!pattern.TryGetValue(AdaLoraOptions.PatternKey(layer.Path), out var kept) || kept.Count != layer.Kept.shape[0])
                throw new AdapterFormatException(AdapterFiles.WeightsFile, $"rank_pattern does not say of {layer.Path} which of {layer.Kept.shape[0]} values are left.");
            layer.Kept.copy_(tensor(kept.ToArray()).unsqueeze(1));
        }

        var left = Left().ToList();
        AdapterFiles.ReadInto(folder, left);
        var byName = left.ToDictionary(item => item.Name, item => item.Tensor);
        foreach (var layer in _layers)
        {
            var rows = Rows(layer);
            foreach (var (name, parameter) in layer.Update.Keys) parameter.index_copy_(name == "lora_B" ? 1 : 0, rows, byName[$"{Prefix}{layer.Path}.{name}"]);
            layer.Apply();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var layer in _layers) layer.Dispose();
        _layers.Clear();
    }

    /// <summary>Cuts every value that scores no more than the best one that must go.</summary>
    private void CutTo(int budget)
    {
        var excess = _schedule!.Initial - budget;
        if (excess <= 0) return;
        using var scope = NewDisposeScope();
        var (sorted, _) = cat([.. _layers.Select(layer => layer.Scores().flatten())], 0).sort();
        var threshold = sorted[excess - 1].item<float>();
        foreach (var layer in _layers) layer.Cut(threshold);
    }

    private Dictionary<string, IReadOnlyList<bool>>? Present()
    {
        var pattern = _layers.ToDictionary(layer => AdaLoraOptions.PatternKey(layer.Path), layer => (IReadOnlyList<bool>)[.. layer.Kept.cpu().data<bool>()]);
        return pattern.Values.All(kept => kept.All(value => value)) ? null : pattern;
    }

    /// <summary>What the file holds: the rows and columns of values that are left.</summary>
    private IEnumerable<(string Name, Tensor Tensor)> Left()
    {
        var cut = _layers.SelectMany(layer => layer.Update.Keys.Select(item => (Name: $"{Prefix}{layer.Path}.{item.Key}", item.Parameter, Dimension: item.Key == "lora_B" ? 1 : 0, layer)))
            .ToDictionary(item => item.Name);
        foreach (var (name, tensor) in InFile())
            yield return (name, cut.TryGetValue(name, out var item) ? item.Parameter.index_select(item.Dimension, Rows(item.layer)).contiguous() : tensor);
    }

    private static Tensor Rows(LayerRanks layer) => layer.Kept.flatten().nonzero().flatten();
}
