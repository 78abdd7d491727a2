using System.Text.Json.Nodes;
using Platform.Modeling.Configuration;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;

namespace Platform.Modeling.Qwen3;

/// <summary>Llama with RMS norms on the queries and keys of each head, and windows in some blocks.</summary>
public sealed record Qwen3Config : LlamaConfig
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private Qwen3Config(LlamaConfig shared)
        : base(shared)
    {
    }

    public override string Architecture => "Qwen3ForCausalLM";
    public override string ModelType => "qwen3";

    /// <summary>The window of each block; null where it sees everything.</summary>
    public IReadOnlyList<long?> Windows { get; init; } = [];

    public override AttentionOptions AttentionOf(int block) => base.AttentionOf(block) with { HeadNormEpsilon = NormEpsilon, Window = Windows[block] };

    /// <inheritdoc cref="LlamaConfig.Parse"/>
    public static new Qwen3Config Parse(JsonObject json)
    {
        var fields = new ConfigFields(json);
        var shared = Read(fields);
        var config = new Qwen3Config(shared) { Windows = SlidingFields.Read(fields, shared.Layers) };
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
