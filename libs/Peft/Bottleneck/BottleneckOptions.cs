using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Bottleneck;

/// <summary>What a bottleneck adapter is; the names in brackets are those of AdapterHub's adapter_config.json.</summary>
public sealed record BottleneckOptions : AdapterOptions
{
    public override string PeftType => "BOTTLENECK";

    /// <summary>The adapter's name, a part of its keys [name].</summary>
    public string Name { get; init; } = "default";

    /// <summary>Whether there is one after the attention [mh_adapter].</summary>
    public bool AfterAttention { get; init; }

    /// <summary>Whether there is one after the feed-forward part [output_adapter].</summary>
    public bool AfterFeedForward { get; init; } = true;

    /// <summary>The model's width divided by the adapter's [reduction_factor].</summary>
    public double ReductionFactor { get; init; } = 16;

    /// <summary>Factors that differ, by the index of the block [reduction_factor].</summary>
    public IReadOnlyDictionary<int, double> ReductionFactors { get; init; } = new Dictionary<int, double>();

    /// <summary>The indices of blocks without adapters [leave_out].</summary>
    public IReadOnlyList<int> LeaveOut { get; init; } = [];

    /// <summary>The function between the two layers, e.g. <c>relu</c> [non_linearity].</summary>
    public string Activation { get; init; } = "relu";

    /// <summary>Whether the input is that of the half of the block and not its output [is_parallel].</summary>
    public bool Parallel { get; init; }

    /// <summary>Whether the stream is added and the block's norm applied before the adapter [original_ln_before].</summary>
    public bool JoinsBefore { get; init; }

    /// <summary>Whether the stream is added and the block's norm applied after the adapter [original_ln_after].</summary>
    public bool JoinsAfter { get; init; } = true;

    /// <summary>What goes past the adapter, with <see cref="JoinsBefore"/> [residual_before_ln].</summary>
    public BottleneckResidual Residual { get; init; }

    /// <summary>Whether the adapter begins with a norm of its own [ln_before].</summary>
    public bool NormBefore { get; init; }

    /// <summary>Whether the adapter ends with a norm of its own [ln_after].</summary>
    public bool NormAfter { get; init; }

    /// <summary>Whether that norm comes after what goes past the adapter is added [adapter_residual_before_ln].</summary>
    public bool ResidualBeforeNormAfter { get; init; }

    /// <summary>What the adapter's output is multiplied by, unless that is trained [scaling].</summary>
    public double Scaling { get; init; } = 1;

    /// <summary>What of the scaling is trained [scaling].</summary>
    public BottleneckScaling ScalingKind { get; init; }

    /// <summary>Probability of dropping an output of the adapter while training [dropout].</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the output is multiplied by a trained gate, one number per text [use_gating].</summary>
    public bool Gated { get; init; }

    /// <summary>How new weights are drawn [init_weights].</summary>
    public BottleneckInit Init { get; init; }

    /// <summary>Whether the model's head is trained with the adapter; null: every head but that of a language model is.</summary>
    public bool? TrainsHead { get; init; }

    /// <summary>Adapters of Houlsby et al.: two per block, before the stream is added.</summary>
    public static BottleneckOptions Houlsby => new() { AfterAttention = true, Activation = "swish" };

    /// <summary>Adapters of Pfeiffer et al.: one per block, after the stream is added and normed.</summary>
    public static BottleneckOptions Pfeiffer => new() { JoinsBefore = true };

    /// <summary>Adapters of He et al.: beside the feed-forward part.</summary>
    public static BottleneckOptions BesideFeedForward => new() { Parallel = true, ReductionFactor = 2, Scaling = 4, Init = BottleneckInit.UpZero };

    /// <summary>The saved head's description, as it was read.</summary>
    internal JsonObject? SavedHead { get; init; }

    public override string Summary =>
        $"A bottleneck of 1/{ReductionFactor} of the width, {Activation}, {(Parallel ? "beside" : "after")} {(AfterAttention && AfterFeedForward ? "attention and feed-forward part" : AfterAttention ? "attention" : "the feed-forward part")}.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Name.Length == 0 || Name.Contains('.', StringComparison.Ordinal)) problems.Add($"name is '{Name}'; it must not be empty or hold a dot, because it is a part of keys.");
        if (!AfterAttention && !AfterFeedForward) problems.Add("mh_adapter and output_adapter are both false; one of them must be true.");
        foreach (var factor in ReductionFactors.Values.Prepend(ReductionFactor).Where(factor => !double.IsFinite(factor) || factor <= 0))
            problems.Add($"reduction_factor is {factor}; it must be greater than 0, commonly 2 to 64.");
        if (!Activations.Names.Contains(Activation)) problems.Add($"non_linearity is '{Activation}'; known are {string.Join(", ", Activations.Names.Order(StringComparer.Ordinal))}.");
        if (!double.IsFinite(Scaling)) problems.Add($"scaling is {Scaling}; it must be a number, commonly 1 to 4.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"dropout is {Dropout}; it must lie in [0, 1).");
        return problems;
    }

    internal override AdapterOptions CompletedBy(string folder) => this with { SavedHead = AdapterHubFiles.ReadHeadConfig(folder) };

    internal override void Write(IDictionary<string, JsonNode?> keys) => AdapterHubConfig.Write(this, keys);

    internal override IAdapter Attach(PretrainedModel model, Generator? generator) => new BottleneckAdapter(model, this, generator);

    /// <summary>The adapter's width in a block.</summary>
    internal long WidthOf(int block, long hidden) => Math.Max(1, (long)Math.Floor(hidden / ReductionFactors.GetValueOrDefault(block, ReductionFactor)));
}

/// <summary>What is added to a bottleneck's result.</summary>
public enum BottleneckResidual
{
    /// <summary>The output of the half of the block.</summary>
    Output,

    /// <summary>The sum of that and the stream, before the norm.</summary>
    Sum,

    /// <summary>The adapter's input.</summary>
    Input,
}

/// <summary>What of a bottleneck's scaling is trained.</summary>
public enum BottleneckScaling
{
    Fixed,

    /// <summary>One number.</summary>
    Learned,

    /// <summary>One number per channel.</summary>
    Channel,
}

/// <summary>How a new bottleneck's weights are drawn; biases are zero.</summary>
public enum BottleneckInit
{
    /// <summary>Normal with standard deviation 0.02.</summary>
    Bert,

    /// <summary>The first layer as PyTorch initialises one, the second zero, so that a new adapter does nothing.</summary>
    UpZero,

    /// <summary>Normal with standard deviation 0.01, cut at two deviations.</summary>
    Houlsby,
}
