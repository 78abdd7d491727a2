using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;

namespace Platform.Modeling.Qwen2;

/// <summary>Llama with biases on queries, keys and values, and windows in some blocks.</summary>
public sealed record Qwen2Config : LlamaConfig
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private Qwen2Config(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "Qwen2ForCausalLM";
    public override string ModelType => "qwen2";

    /// <summary>The window of each block; null where it sees everything.</summary>
    public IReadOnlyList<long?> Windows { get; init; } = [];

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with { InputBias = true, OutputBias = false, Window = Windows[block] };

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new Qwen2Config Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var shared = Read(fields);
        var config = new Qwen2Config(shared) { Windows = SlidingFields.Read(fields, shared.Layers) };
        fields.ThrowIfWrong();
        return config;
    }

    public override JsonObject ToJson()
    {
        var json = base.ToJson();
        SlidingFields.Write(Windows, json);
        return json;
    }
}
