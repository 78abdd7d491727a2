using System.Text.Json.Nodes;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;

namespace Platform.Peft.Lycoris;

/// <summary>What LoHa and LoKr have in common; the names in brackets are those of PEFT's adapter_config.json.</summary>
public abstract record LycorisOptions : LayerAdapterOptions
{
    /// <summary>Width of the factors [r].</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scaling alpha / rank [alpha].</summary>
    public double Alpha { get; init; } = 8;

    /// <summary>Probability of dropping an output of the update while training [rank_dropout].</summary>
    public double RankDropout { get; init; }

    /// <summary>Probability of dropping a layer's whole update while training [module_dropout].</summary>
    public double ModuleDropout { get; init; }

    /// <summary>Ranks that differ, by regular expressions on the end of the path; the first that matches counts [rank_pattern].</summary>
    public IReadOnlyList<KeyValuePair<string, int>> RankPattern { get; init; } = [];

    /// <summary>Alphas that differ, as for ranks [alpha_pattern].</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];

    /// <summary>Decomposes convolutions by their kernels; linear layers do not ask [use_effective_conv2d].</summary>
    public bool EffectiveConvolution { get; init; }

    public override string Summary => $"Rank {Rank}, alpha {Alpha}, on {TargetModules}.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (Rank < 1) problems.Add($"r is {Rank}; it must be at least 1, commonly 4 to 32.");
        if (!double.IsFinite(Alpha) || Alpha <= 0) problems.Add($"alpha is {Alpha}; it must be greater than 0, commonly the rank.");
        if (double.IsNaN(RankDropout) || RankDropout is < 0 or >= 1) problems.Add($"rank_dropout is {RankDropout}; it must lie in [0, 1).");
        if (double.IsNaN(ModuleDropout) || ModuleDropout is < 0 or >= 1) problems.Add($"module_dropout is {ModuleDropout}; it must lie in [0, 1).");
        foreach (var (pattern, rank) in RankPattern)
            if (rank < 1) problems.Add($"rank_pattern gives '{pattern}' the rank {rank}; it must be at least 1.");
        return problems;
    }

    internal int RankOf(string path) => LayerTargets.First(RankPattern, path) ?? Rank;

    internal double ScalingOf(string path) => (LayerTargets.First(AlphaPattern, path) ?? Alpha) / RankOf(path);

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["alpha"] = PythonValues.Number(Alpha);
        keys["alpha_pattern"] = PythonValues.Patterns(AlphaPattern, PythonValues.Number);
        keys["module_dropout"] = PythonValues.Float(ModuleDropout);
        keys["r"] = Rank;
        keys["rank_dropout"] = PythonValues.Float(RankDropout);
        keys["rank_pattern"] = PythonValues.Patterns(RankPattern, rank => rank);
        keys["use_effective_conv2d"] = EffectiveConvolution;
    }

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    private protected static T ReadShared<T>(AdapterFields fields, T options)
        where T : LycorisOptions => Read(fields, options with
        {
            Rank = fields.Whole("r", 8),
            Alpha = fields.Real("alpha", 8),
            RankDropout = fields.Real("rank_dropout", 0),
            ModuleDropout = fields.Real("module_dropout", 0),
            RankPattern = fields.Patterns<int>("rank_pattern"),
            AlphaPattern = fields.Patterns<double>("alpha_pattern"),
            EffectiveConvolution = fields.Flag("use_effective_conv2d"),
        });
}
