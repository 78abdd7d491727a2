using System.Text.RegularExpressions;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

namespace Platform.Quantization.Gguf;

/// <summary>What llama.cpp calls the parts of a model of the Llama family.</summary>
/// <remarks>
/// In its <c>llama</c> architecture the rotary halves of each query and key head lie interleaved: row 2 i + j of a head is row
/// j · width / 2 + i of ours.
/// </remarks>
internal sealed partial class GgufArchitecture
{
    private static readonly (string Ours, string Theirs)[] Layers =
    [
        ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm"),
        ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
        ("self_attn.q_norm", "attn_q_norm"), ("self_attn.k_norm", "attn_k_norm"),
        ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
    ];

    private static readonly (string Ours, string Theirs)[] Others = [("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output")];

    private readonly LlamaConfig _config;

    private GgufArchitecture(string name, LlamaConfig config) => (Name, _config) = (name, config);

    /// <summary><c>general.architecture</c>.</summary>
    public string Name { get; }

    private bool Interleaves => Name == "llama";

    /// <exception cref="NotSupportedException">The family has no mapping.</exception>
    public static GgufArchitecture Of(Platform.Modeling.ModelConfig config) => (config.ModelType, config) switch
    {
        ("llama" or "mistral", LlamaConfig llama) => new GgufArchitecture("llama", llama),
        ("qwen2" or "qwen3", LlamaConfig qwen) => new GgufArchitecture(config.ModelType, qwen),
        _ => throw new NotSupportedException($"a model of the type '{config.ModelType}' cannot be written as GGUF; known are llama, mistral, qwen2, qwen3."),
    };

    /// <summary>The name in GGUF of a parameter, or of a layer's path; null if it has none.</summary>
    public static string? NameOf(string parameter)
    {
        if (BlockName().Match(parameter) is { Success: true } block)
        {
            var part = Array.Find(Layers, pair => pair.Ours == block.Groups["part"].Value);
            return part.Theirs is null ? null : $"blk.{block.Groups["index"].Value}.{part.Theirs}{block.Groups["suffix"].Value}";
        }

        var other = Array.Find(Others, pair => parameter == pair.Ours || parameter.StartsWith(pair.Ours + ".", StringComparison.Ordinal));
        return other.Theirs is null ? null : other.Theirs + parameter[other.Ours.Length..];
    }

    /// <summary>Our rows of a parameter in the order of the file; the caller disposes the result.</summary>
    public Tensor ToFile(string parameter, Tensor values) => Reorder(parameter, values, 2, _config.HeadWidth / 2);

    /// <summary>The inverse of <see cref="ToFile"/>.</summary>
    public Tensor FromFile(string parameter, Tensor values) => Reorder(parameter, values, _config.HeadWidth / 2, 2);

    private Tensor Reorder(string parameter, Tensor values, long outer, long inner)
    {
        using var scope = NewDisposeScope();
        var heads = parameter.Contains(".q_proj", StringComparison.Ordinal) ? _config.Heads : parameter.Contains(".k_proj", StringComparison.Ordinal) ? _config.KeyValueHeads : 0;
        if (!Interleaves || heads == 0) return values.alias().MoveToOuterDisposeScope();
        return values.reshape([heads, outer, inner, .. values.shape[1..]]).transpose(1, 2).reshape(values.shape).MoveToOuterDisposeScope();
    }

    [GeneratedRegex(@"^model\.layers\.(?<index>\d+)\.(?<part>.+?)(?<suffix>\.(weight|bias))?$")]
    private static partial Regex BlockName();
}
