using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>What a LoRA adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record LoraOptions : LayerAdapterOptions
{
    public override string PeftType => "LORA";

    /// <summary>Width of the update [r].</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scaling [lora_alpha].</summary>
    public double Alpha { get; init; } = 8;

    /// <summary>Probability of dropping an input of the update while training [lora_dropout].</summary>
    public double Dropout { get; init; }

    /// <summary>Ranks that differ, by regular expressions on the end of the path; the first that matches counts [rank_pattern].</summary>
    public IReadOnlyList<KeyValuePair<string, int>> RankPattern { get; init; } = [];

    /// <summary>Alphas that differ, as for ranks [alpha_pattern].</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];

    /// <summary>Scale by alpha / sqrt(rank) instead of alpha / rank [use_rslora].</summary>
    public bool RankStabilized { get; init; }

    /// <summary>Which biases of the base are trained: none, those of adapted layers, all [bias].</summary>
    public LoraBias Bias { get; init; }

    /// <summary>Whether the up-projection has a bias [lora_bias].</summary>
    public bool UpBias { get; init; }

    /// <summary>How new factors are drawn [init_lora_weights].</summary>
    public LoraInit Init { get; init; }

    /// <summary>With <see cref="LoraInit.Pissa"/>: how many power iterations find the principal part; null: it is computed exactly [init_lora_weights: pissa_niter_N].</summary>
    public int? PowerIterations { get; init; }

    /// <summary>With <see cref="LoraInit.LoftQ"/>: how the base is rounded [loftq_config].</summary>
    public LoftQOptions LoftQ { get; init; } = new();

    /// <summary>Whether lengths and directions of the weights are trained apart: DoRA [use_dora].</summary>
    public bool WeightDecomposed { get; init; }

    /// <summary>Parameters that are no layer's, such as those of fused experts, by the ends of their names; null and none say the same [target_parameters].</summary>
    public IReadOnlyList<string>? TargetParameters { get; init; }

    /// <summary>Tokens whose rows of the embedding are trained [trainable_token_indices].</summary>
    public IReadOnlyList<int> TrainableTokens { get; init; } = [];

    public override string Summary => $"Rank {Rank}, alpha {Alpha}{(RankStabilized ? " (rank-stabilised)" : "")}, on {TargetModules}.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Rank < 1) problems.Add($"r is {Rank}; it must be at least 1, commonly 4 to 64.");
        if (!double.IsFinite(Alpha) || Alpha <= 0) problems.Add($"lora_alpha is {Alpha}; it must be greater than 0, commonly once or twice the rank.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"lora_dropout is {Dropout}; it must lie in [0, 1).");
        if (PowerIterations is < 1 || (PowerIterations is not null && Init != LoraInit.Pissa)) problems.Add($"init_lora_weights asks for {PowerIterations} power iterations; there must be at least 1, and only pissa has them.");
        if (Init == LoraInit.LoftQ) problems.AddRange(LoftQ.Problems());
        if (UpBias && (WeightDecomposed || ReplacesBase)) problems.Add("lora_bias is true; it cannot be together with use_dora or with init_lora_weights pissa, olora or loftq: take one of them.");
        if (TargetParameters is { Count: > 0 } && (Dropout > 0 || UpBias || WeightDecomposed || ReplacesBase))
            problems.Add("target_parameters are given; lora_dropout must then be 0, lora_bias and use_dora false, and init_lora_weights neither pissa nor olora nor loftq.");
        problems.AddRange(base.Problems());
        foreach (var (pattern, rank) in RankPattern)
            if (rank < 1) problems.Add($"rank_pattern gives '{pattern}' the rank {rank}; it must be at least 1.");
        return problems;
    }

    /// <summary>Whether the base has other weights under the adapter.</summary>
    internal bool ReplacesBase => Init is LoraInit.Pissa or LoraInit.Olora or LoraInit.LoftQ;

    private protected override bool AdaptsElsewhere => TargetParameters is { Count: > 0 };

    internal int RankOf(string path) => LayerTargets.First(RankPattern, path) ?? Rank;

    internal double ScalingOf(string path) =>
        (LayerTargets.First(AlphaPattern, path) ?? Alpha) / (RankStabilized ? Math.Sqrt(RankOf(path)) : RankOf(path));

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        LoraConfigFile.Write(this, keys);
    }

    internal override IAdapter Attach(PretrainedModel model, Generator? generator) => LoraAttachment.Attach(model, LayerTargets.Resolve(model, this), generator);
}

/// <summary>Which biases of the base model an adapter trains.</summary>
public enum LoraBias
{
    None,
    LoraOnly,
    All,
}

/// <summary>How the factors of a new adapter are made. The model computes what it did in any case but <see cref="Random"/>.</summary>
public enum LoraInit
{
    /// <summary>A uniform as PyTorch initialises a linear layer, B zero.</summary>
    Kaiming,

    /// <summary>A normal with standard deviation 1 / rank, B zero.</summary>
    Gaussian,

    /// <summary>A and B uniform: for tests, the update is not zero.</summary>
    Random,

    /// <summary>A and B are the weight's largest singular values and vectors; the base keeps the rest.</summary>
    Pissa,

    /// <summary>A and B are the first rows and columns of the weight's QR decomposition; the base keeps the rest.</summary>
    Olora,

    /// <summary>The base is rounded, and A and B make up for it.</summary>
    LoftQ,
}
