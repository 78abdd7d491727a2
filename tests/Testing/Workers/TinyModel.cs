using System.Text.Json.Nodes;

namespace Platform.Testing.Workers;

/// <summary>Folders of the fixtures' two-layer llamas, completed by a tokenizer whose words are <c>w3</c>, <c>w4</c>, … one token each.</summary>
public static class TinyModel
{
    private const int Words = 128;

    /// <summary>Full precision, hidden size 32; the LoRA adapters of the fixtures fit it.</summary>
    public static string Base => Path.Combine(RepositoryFolder.Fixtures, "peft", "_base", "llama");

    /// <summary>Full precision, hidden size 48.</summary>
    public static string Wide => Path.Combine(RepositoryFolder.Fixtures, "quantization", "bnb_llama_nf4", "base");

    /// <summary><see cref="Wide"/> in four bits.</summary>
    public static string Quantized => Path.Combine(RepositoryFolder.Fixtures, "quantization", "bnb_llama_nf4", "model");

    public static string Adapter => Path.Combine(RepositoryFolder.Fixtures, "peft", "lora-llama-qv", "adapter");

    /// <summary>
    /// Adds a chat template to a folder made by <see cref="Copy"/>: the role's word (w3 for the user, w4 for the assistant), the
    /// content, and a word behind the assistant's turns. It refuses system turns.
    /// </summary>
    public static void AddChatTemplate(string folder, string end = "w127") => File.WriteAllText(
        Path.Combine(folder, "chat_template.jinja"),
        "{%- for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System turns are not supported.') }}{% endif %}"
        + "{{ ('w4 ' if m.role == 'assistant' else 'w3 ') + m.content + ' ' }}{% if m.role == 'assistant' %}{{ '" + end + " ' }}{% endif %}{% endfor -%}"
        + "{%- if add_generation_prompt %}{{ 'w4 ' }}{% endif -%}");

    /// <summary>Copies a model into an empty folder and adds the tokenizer.</summary>
    public static string Copy(string model, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(model)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var vocabulary = new JsonObject { ["<s>"] = 0, ["<pad>"] = 1, ["</s>"] = 2 };
        for (var i = 3; i < Words; i++) vocabulary[$"w{i}"] = i;
        JsonObject Special(string text, int id) => new() { ["id"] = id, ["content"] = text, ["special"] = true, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false };
        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(Special("<s>", 0), Special("<pad>", 1), Special("</s>", 2)),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "WhitespaceSplit" },
            ["post_processor"] = null,
            ["decoder"] = null,
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = "<pad>" },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}""");
        return folder;
    }
}
