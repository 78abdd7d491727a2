using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;

namespace Platform.Modeling.Mistral;

/// <summary>Llama with a sliding window in every block (Jiang et al., 2023).</summary>
public sealed record MistralConfig : LlamaConfig
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private MistralConfig(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "MistralForCausalLM";
    public override string ModelType => "mistral";

    public long? SlidingWindow { get; init; }

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with { InputBias = false, OutputBias = false, Window = SlidingWindow };

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new MistralConfig Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var config = new MistralConfig(Read(fields)) { SlidingWindow = fields.Has("sliding_window") ? fields.Positive("sliding_window") : null };
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        json["sliding_window"] = SlidingWindow;
        return json;
    }
}
