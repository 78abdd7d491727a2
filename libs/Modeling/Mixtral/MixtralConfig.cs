using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Modeling.Mixtral;

/// <summary>Mistral with several MLPs per block, of which each token goes through a few (Jiang et al., 2024).</summary>
public sealed record MixtralConfig : LlamaConfig
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private MixtralConfig(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "MixtralForCausalLM";
    public override string ModelType => "mixtral";

    public long? SlidingWindow { get; init; }

    /// <summary>The experts of a block.</summary>
    public long Experts { get; init; } = 8;

    /// <summary>The experts a token goes through.</summary>
    public int ExpertsPerToken { get; init; } = 2;

    /// <summary>Whether the loss of unbalanced experts is part of the training loss.</summary>
    public bool OutputRouterLogits { get; init; }

    /// <summary>What that loss is multiplied by.</summary>
    public double RouterLossWeight { get; init; } = 0.001;

    /// <summary>In training, what the experts see is multiplied by random numbers in 1 ± this.</summary>
    public double RouterJitter { get; init; }

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with { InputBias = false, OutputBias = false, Window = SlidingWindow };

    internal override nn.Module<Tensor, ForwardContext, Tensor> CreateBlock(int index, ScalarType dtype, Device device) =>
        new MixtralDecoderLayer(this, index, dtype, device);

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new MixtralConfig Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var shared = Read(fields);
        var config = new MixtralConfig(shared)
        {
            KeyValueHeads = fields.Positive("num_key_value_heads", 8),
            NormEpsilon = fields.Real("rms_norm_eps", 1e-5),
            AttentionBias = false,
            MlpBias = false,
            Rotary = RotaryFields.Read(fields, shared.MaxPositions, theta: 1e6),
            SlidingWindow = fields.Has("sliding_window") ? fields.Positive("sliding_window") : null,
            Experts = fields.Positive("num_local_experts", fields.Positive("num_experts", 8)),
            ExpertsPerToken = (int)fields.Positive("num_experts_per_tok", 2),
            OutputRouterLogits = fields.Flag("output_router_logits"),
            RouterLossWeight = fields.Real("router_aux_loss_coef", 0.001),
            RouterJitter = fields.Real("router_jitter_noise", 0),
        };
        fields.Require(config.ExpertsPerToken <= config.Experts, $"num_experts_per_tok is {config.ExpertsPerToken}; it must not exceed num_local_experts, {config.Experts}");
        fields.Require(config.RouterJitter is >= 0 and < 1, $"router_jitter_noise is {config.RouterJitter}; it must lie in 0..1, 1 excluded");
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json.Remove("attention_bias");
        json.Remove("mlp_bias");
        json["sliding_window"] = SlidingWindow;
        json["num_local_experts"] = Experts;
        json["num_experts_per_tok"] = ExpertsPerToken;
        json["output_router_logits"] = OutputRouterLogits;
        json["router_aux_loss_coef"] = RouterLossWeight;
        json["router_jitter_noise"] = RouterJitter;
        return json;
    }
}
