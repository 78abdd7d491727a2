using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Llama;

/// <summary>The figures of a Llama model, and of the families that differ from it in little.</summary>
public record LlamaConfig : LanguageModelConfig
{
    public override string Architecture => "LlamaForCausalLM";
    public override string ModelType => "llama";

    public required long IntermediateSize { get; init; }
    public required long Heads { get; init; }
    public required long KeyValueHeads { get; init; }
    public required long HeadWidth { get; init; }
    public double NormEpsilon { get; init; } = 1e-6;
    public string Activation { get; init; } = "silu";
    public bool AttentionBias { get; init; }
    public bool MlpBias { get; init; }
    public RotaryOptions Rotary { get; init; } = new();

    /// <summary>The probability of dropping an attention weight while training.</summary>
    public double AttentionDropout { get; init; }

    public override long? CachedPositions
    {
        get
        {
            var windows = Enumerable.Range(0, Layers).Select(block => AttentionOf(block).Window).ToList();
            return windows.Contains(null) ? null : windows.Max();
        }
    }

    /// <summary>What the attention of one block looks like.</summary>
    public virtual AttentionOptions AttentionOf(int block) => new()
    {
        HiddenSize = HiddenSize,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadWidth = HeadWidth,
        Rotary = Rotary,
        InputBias = AttentionBias,
        OutputBias = AttentionBias,
        Dropout = AttentionDropout,
    };

    /// <summary>One block without values. Relatives replace parts of it.</summary>
    internal virtual nn.Module<Tensor, ForwardContext, Tensor> CreateBlock(int index, ScalarType dtype, Device device) => new LlamaDecoderLayer(
        new GroupedQueryAttention(AttentionOf(index), index, dtype, device),
        new GatedMlp(HiddenSize, IntermediateSize, Activation, MlpBias, dtype, device),
        CreateNorm(dtype, device),
        CreateNorm(dtype, device));

    /// <summary>A norm of hidden states.</summary>
    internal virtual RmsNorm CreateNorm(ScalarType dtype, Device device) => new(HiddenSize, NormEpsilon, dtype, device);

    /// <exception cref="ModelConfigException">Keys are missing or wrong; the message lists all.</exception>
    public static LlamaConfig Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var config = Read(fields);
        fields.ThrowIfWrong();
        return config;
    }

    /// <summary>Reads the keys all relatives share.</summary>
    internal static LlamaConfig Read(ConfigFields fields)
    {
        var (hidden, heads) = (fields.Positive("hidden_size"), fields.Positive("num_attention_heads"));
        var maxPositions = fields.Positive("max_position_embeddings", 2048);
        var config = new LlamaConfig
        {
            VocabularySize = fields.Positive("vocab_size"),
            HiddenSize = hidden,
            Layers = fields.Blocks("num_hidden_layers"),
            MaxPositions = maxPositions,
            TieWordEmbeddings = fields.Flag("tie_word_embeddings"),
            InitializerRange = fields.Real("initializer_range", 0.02),
            BosTokenId = fields.OptionalId("bos_token_id"),
            EosTokenIds = fields.Ids("eos_token_id"),
            PadTokenId = fields.OptionalId("pad_token_id"),
            IntermediateSize = fields.Positive("intermediate_size"),
            Heads = heads,
            KeyValueHeads = fields.Positive("num_key_value_heads", heads),
            HeadWidth = fields.Positive("head_dim", Math.Max(1, hidden / heads)),
            NormEpsilon = fields.Real("rms_norm_eps", 1e-6),
            Activation = fields.Activation("hidden_act", "silu"),
            AttentionBias = fields.Flag("attention_bias"),
            MlpBias = fields.Flag("mlp_bias"),
            AttentionDropout = fields.Dropout("attention_dropout", 0),
            Rotary = RotaryFields.Read(fields, maxPositions),
        };
        fields.Require(config.Heads % config.KeyValueHeads == 0, $"num_key_value_heads is {config.KeyValueHeads}; it must divide num_attention_heads, {config.Heads}");
        fields.Require(config.HeadWidth % 2 == 0, $"head_dim is {config.HeadWidth}; rotary positions need an even one");
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = SharedJson();
        json["hidden_size"] = HiddenSize;
        json["intermediate_size"] = IntermediateSize;
        json["num_hidden_layers"] = Layers;
        json["num_attention_heads"] = Heads;
        json["num_key_value_heads"] = KeyValueHeads;
        json["head_dim"] = HeadWidth;
        json["hidden_act"] = Activation;
        json["max_position_embeddings"] = MaxPositions;
        json["initializer_range"] = InitializerRange;
        json["rms_norm_eps"] = NormEpsilon;
        json["attention_bias"] = AttentionBias;
        json["mlp_bias"] = MlpBias;
        json["attention_dropout"] = AttentionDropout;
        RotaryFields.Write(Rotary, json);
        return json;
    }
}
