using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;

namespace Platform.Peft.Prompts;

/// <summary>The figures of a model that its prompts depend on; the names in brackets are those of adapter_config.json.</summary>
/// <param name="Layers">[num_layers]</param>
/// <param name="Heads">of the input: heads; of keys and values: key heads [num_attention_heads]</param>
/// <param name="Width">of one virtual token in the input, or in the keys of one block [token_dim]</param>
/// <param name="Stacks">2 for an encoder with a decoder [num_transformer_submodules]</param>
public sealed record PromptShape(int Layers, int Heads, int Width, int Stacks)
{
    /// <summary>For rows in the model's input.</summary>
    internal static PromptShape OfInputs(PretrainedModel model)
    {
        var json = Text(model);
        return new(Blocks(json), Figure(json, "num_attention_heads", "n_head", "num_heads", "n_heads"), (int)Embedding(model).Module.Weight.shape[1], StacksOf(model));
    }

    /// <summary>For keys and values in every block.</summary>
    internal static PromptShape OfKeys(PretrainedModel model)
    {
        var json = Text(model);
        var heads = Figure(json, "num_attention_heads", "n_head", "num_heads", "n_heads");
        var shared = json["multi_query_attention"]?.GetValue<bool>() == false ? null : Optional(json, "num_key_value_heads", "multi_query_group_num");
        var width = Optional(json, "head_dim", "d_kv", "kv_channels") ?? Figure(json, "hidden_size", "n_embd", "d_model", "dim") / heads;
        return new(Blocks(json), shared ?? heads, (shared ?? heads) * width, StacksOf(model));
    }

    /// <summary>The table of the tokens: the largest of its kind.</summary>
    internal static (string Path, TokenEmbedding Module) Embedding(PretrainedModel model) =>
        ModuleTree.OfType<TokenEmbedding>(model).OrderByDescending(found => found.Module.Weight.shape[0]).FirstOrDefault() is { Module: not null } table
            ? table
            : throw new NotSupportedException($"A {model.GetName()} embeds no tokens, so it takes no prompt.");

    private static int StacksOf(PretrainedModel model) => model is Seq2SeqModel ? 2 : 1;

    private static int Blocks(JsonObject json) => Figure(json, "num_hidden_layers", "num_layers", "n_layer", "n_layers");

    private static JsonObject Text(PretrainedModel model)
    {
        var json = model.Config.ToJson();
        return json["text_config"] as JsonObject ?? json;
    }

    private static int Figure(JsonObject json, params string[] names) =>
        Optional(json, names) ?? throw new NotSupportedException($"config.json has none of {string.Join(", ", names)}, which a prompt's shape depends on.");

    private static int? Optional(JsonObject json, params string[] names) => names.Select(name => json[name]).FirstOrDefault(value => value is not null) is { } found
        ? (int)Convert.ToInt64(found.ToString(), System.Globalization.CultureInfo.InvariantCulture)
        : null;
}
