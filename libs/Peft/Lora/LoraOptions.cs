namespace Platform.Peft.Lora;

/// <summary>What a LoRA adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record LoraOptions
{
    /// <summary>Width of the update [r].</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scaling [lora_alpha].</summary>
    public double Alpha { get; init; } = 8;

    /// <summary>Probability of dropping an input of the update while training [lora_dropout].</summary>
    public double Dropout { get; init; }

    /// <summary>The adapted linear layers [target_modules].</summary>
    public ModulePattern TargetModules { get; init; } = ModulePattern.Regex(ModulePattern.AllLinear);

    /// <summary>Layers left out even when they are targeted [exclude_modules].</summary>
    public ModulePattern? ExcludeModules { get; init; }

    /// <summary>Indices of the blocks to adapt; null means all [layers_to_transform].</summary>
    public IReadOnlyList<int>? LayersToTransform { get; init; }

    /// <summary>Names of the lists that hold the blocks: <c>layers</c>, <c>h</c> [layers_pattern].</summary>
    public IReadOnlyList<string> LayersPattern { get; init; } = [];

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

    /// <summary>Where the base model came from [base_model_name_or_path].</summary>
    public string? BaseModel { get; init; }

    /// <summary>[task_type].</summary>
    public string? TaskType { get; init; } = "CAUSAL_LM";

    /// <summary>Every fault of these options, worded for the one who wrote them.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Rank < 1) problems.Add($"LoRA's rank is {Rank}; it must be at least 1, commonly 4 to 64.");
        if (!double.IsFinite(Alpha) || Alpha <= 0) problems.Add($"LoRA's alpha is {Alpha}; it must be greater than 0, commonly once or twice the rank.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"LoRA's dropout is {Dropout}; it must lie in [0, 1).");
        if (TargetModules is { Expression: null, Names.Count: 0 }) problems.Add("LoRA's target modules are empty; name at least one, for example q_proj, or all-linear.");
        if (LayersToTransform is { Count: > 0 } && TargetModules.Expression is not null) problems.Add("layers_to_transform needs target_modules as a list of names, not as an expression.");
        if (LayersPattern.Count > 0 && LayersToTransform is null or { Count: 0 }) problems.Add("layers_pattern needs layers_to_transform.");
        foreach (var (pattern, rank) in RankPattern)
            if (rank < 1) problems.Add($"rank_pattern gives '{pattern}' the rank {rank}; it must be at least 1.");
        return problems;
    }
}

/// <summary>Which biases of the base model an adapter trains.</summary>
public enum LoraBias
{
    None,
    LoraOnly,
    All,
}

/// <summary>How the factors of a new adapter are drawn. The update is zero at first in any case but <see cref="Random"/>.</summary>
public enum LoraInit
{
    /// <summary>A uniform as PyTorch initialises a linear layer, B zero.</summary>
    Kaiming,

    /// <summary>A normal with standard deviation 1 / rank, B zero.</summary>
    Gaussian,

    /// <summary>A and B uniform: for tests, the update is not zero.</summary>
    Random,
}
