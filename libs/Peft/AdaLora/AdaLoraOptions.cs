using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Peft.AdaLora;

/// <summary>What an AdaLoRA adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record AdaLoraOptions : LayerAdapterOptions
{
    public override string PeftType => "ADALORA";

    /// <summary>The rank every layer begins with [init_r].</summary>
    public int InitialRank { get; init; } = 12;

    /// <summary>The mean rank of the layers at the end [target_r].</summary>
    public int TargetRank { get; init; } = 8;

    /// <summary>Steps before the first cut [tinit].</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Steps at the end during which the ranks stay [tfinal].</summary>
    public int FinalSteps { get; init; }

    /// <summary>Optimizer steps between two cuts [deltaT].</summary>
    public int Interval { get; init; } = 1;

    /// <summary>All optimizer steps of the run [total_step]; null in a file that only serves.</summary>
    public int? TotalSteps { get; init; }

    /// <summary>How much of the smoothed sensitivity stays per step [beta1].</summary>
    public double SensitivityDecay { get; init; } = 0.85;

    /// <summary>How much of the smoothed uncertainty stays per step [beta2].</summary>
    public double UncertaintyDecay { get; init; } = 0.85;

    /// <summary>Weight of the term that keeps the factors orthogonal [orth_reg_weight].</summary>
    public double OrthogonalWeight { get; init; } = 0.5;

    /// <summary>Numerator of the scaling [lora_alpha].</summary>
    public double Alpha { get; init; } = 8;

    /// <summary>Probability of dropping an input of the update while training [lora_dropout].</summary>
    public double Dropout { get; init; }

    /// <summary>Which biases of the base are trained [bias].</summary>
    public LoraBias Bias { get; init; }

    /// <summary>Whether the new update is zero; all factors are drawn otherwise, for tests [init_lora_weights].</summary>
    public bool ZeroAtFirst { get; init; } = true;

    /// <summary>Which of the first values are left, by layer; null before the first cut [rank_pattern].</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<bool>>? RankPattern { get; init; }

    public override string Summary => $"Mean rank {TargetRank} after {InitialRank}, alpha {Alpha}, on {TargetModules}.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (TargetRank < 1) problems.Add($"target_r is {TargetRank}; it must be at least 1, commonly 4 to 16.");
        if (InitialRank < TargetRank) problems.Add($"init_r is {InitialRank}; it must be at least target_r, {TargetRank}, commonly half as much again.");
        if (Interval < 1) problems.Add($"deltaT is {Interval}; it must be at least 1.");
        if (WarmupSteps < 0 || FinalSteps < 0) problems.Add($"tinit is {WarmupSteps} and tfinal {FinalSteps}; neither may be negative.");
        if (TotalSteps <= WarmupSteps + FinalSteps) problems.Add($"total_step is {TotalSteps}; it must exceed tinit + tfinal, {WarmupSteps + FinalSteps}.");
        if (SensitivityDecay is not (> 0 and < 1)) problems.Add($"beta1 is {SensitivityDecay}; it must lie between 0 and 1.");
        if (UncertaintyDecay is not (> 0 and < 1)) problems.Add($"beta2 is {UncertaintyDecay}; it must lie between 0 and 1.");
        if (!double.IsFinite(OrthogonalWeight) || OrthogonalWeight <= 0) problems.Add($"orth_reg_weight is {OrthogonalWeight}; it must be greater than 0.");
        if (!double.IsFinite(Alpha) || Alpha <= 0) problems.Add($"lora_alpha is {Alpha}; it must be greater than 0, commonly once or twice the rank.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"lora_dropout is {Dropout}; it must lie in [0, 1).");
        foreach (var (layer, kept) in RankPattern ?? new Dictionary<string, IReadOnlyList<bool>>())
            if (kept.Count != InitialRank) problems.Add($"rank_pattern gives '{layer}' {kept.Count} values; there must be init_r, {InitialRank}.");
        return problems;
    }

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        AdaLoraConfigFile.Write(this, keys);
    }

    internal override AdapterOptions ForNew(PretrainedModel model) => TotalSteps is null
        ? throw new ArgumentException("AdaLoRA's total_step is missing; give the number of optimizer steps of the run, by which ranks are cut.")
        : (AdaLoraOptions)base.ForNew(model) with { RankPattern = null };

    internal override IAdapter Attach(PretrainedModel model, Generator? generator)
    {
        var resolved = LayerTargets.Resolve(model, this);
        return new AdaLoraAdapter(model, resolved, LayerAdapter.UpdatesOfLinears(model, resolved, (path, layer) =>
        {
            var update = new AdaLoraUpdate(layer, resolved.RankOf(path), resolved);
            if (generator is not null) update.Draw(ZeroAtFirst, generator);
            return update;
        }));
    }

    /// <summary>The key of a layer in <see cref="RankPattern"/>.</summary>
    internal static string PatternKey(string path) => path + ".lora_E";

    private int RankOf(string path) => RankPattern?.TryGetValue(PatternKey(path), out var kept) == true ? kept.Count(value => value) : InitialRank;
}
