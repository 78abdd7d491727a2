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
    public static string Copy(string model, string folder) => Copy(model, folder, ["<s>", "<pad>", "</s>"], Words, null, """{"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}""");

    /// <summary>Copies a BERT or one of its kin, whose words are <c>w4</c> to <c>w63</c>, and whose texts stand between <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public static string CopyEncoder(string model, string folder)
    {
        JsonObject Token(string id, int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = id, ["type_id"] = type } };
        JsonObject Text(string id, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = type } };
        JsonObject Ids(string token, int id) => new() { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) };
        var template = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Token("[CLS]", 0), Text("A", 0), Token("[SEP]", 0)),
            ["pair"] = new JsonArray(Token("[CLS]", 0), Text("A", 0), Token("[SEP]", 0), Text("B", 1), Token("[SEP]", 1)),
            ["special_tokens"] = new JsonObject { ["[CLS]"] = Ids("[CLS]", 2), ["[SEP]"] = Ids("[SEP]", 3) },
        };
        return Copy(model, folder, ["[PAD]", "[UNK]", "[CLS]", "[SEP]"], 64, template, """{"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}""");
    }

    /// <summary>Copies the fixtures' Whisper, whose words are <c>w2</c> to <c>w79</c> and which hears three seconds at 1,600 Hz.</summary>
    public static string CopyWhisper(string folder)
    {
        Copy(Path.Combine(RepositoryFolder.Fixtures, "models", "whisper"), folder, ["<unk>", "</s>"], 80, null, """{"unk_token": "<unk>", "eos_token": "</s>", "pad_token": "</s>"}""");
        File.WriteAllText(
            Path.Combine(folder, "preprocessor_config.json"),
            """{"feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 16, "sampling_rate": 1600, "hop_length": 100, "n_fft": 400, "chunk_length": 3}""");
        var generation = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "generation_config.json")))!;
        (generation["language"], generation["task"]) = ("en", "transcribe");
        File.WriteAllText(Path.Combine(folder, "generation_config.json"), generation.ToJsonString());
        return folder;
    }

    private static string Copy(string model, string folder, string[] special, int words, JsonObject? template, string configuration)
    {
        foreach (var file in Directory.EnumerateFiles(model)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var vocabulary = new JsonObject();
        for (var i = 0; i < words; i++) vocabulary[i < special.Length ? special[i] : $"w{i}"] = i;
        JsonObject Special(string text, int id) => new() { ["id"] = id, ["content"] = text, ["special"] = true, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false };
        var tokenizer = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. special.Index().Select(item => Special(item.Item, item.Index))]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "WhitespaceSplit" },
            ["post_processor"] = template,
            ["decoder"] = null,
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = special[1] },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), tokenizer.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), configuration);
        return folder;
    }
}
