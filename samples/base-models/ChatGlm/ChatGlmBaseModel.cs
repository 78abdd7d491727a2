using System.Text.Json.Nodes;
using Platform.BaseModels.Causal;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.ChatGlm;
using Platform.Modeling.Generation;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;
using Platform.Recipes.Generator.School;
using static TorchSharp.torch;

namespace Platform.BaseModels.ChatGlm;

/// <summary>A ChatGLM3 that has read schoolbooks and exercises, and no conversation.</summary>
public sealed class ChatGlmBaseModel : IBaseModel
{
    /// <summary>
    /// ChatGLM3's template, which also closes the assistant's turns: with the token that opens the user's next one, at which the published
    /// model stops too.
    /// </summary>
    private const string Template =
        "{% for message in messages %}{% if loop.first %}[gMASK]sop{% endif %}" +
        "{% if message['role'] != 'user' or loop.first or messages[loop.index0 - 1]['role'] != 'assistant' %}<|{{ message['role'] }}|>{% endif %}" +
        "{% if message['role'] == 'assistant' %}{% generation %}\n {{ message['content'] }}<|user|>{% endgeneration %}{% else %}\n {{ message['content'] }}{% endif %}{% endfor %}" +
        "{% if add_generation_prompt %}<|assistant|>{% endif %}";

    private const ulong CorpusSeed = 205, ExaminationSeed = 305;
    private const int Texts = 4000, RowsPerStep = 32, MaxLength = 96, Examined = 200;

    public string Name => "chatglm3";

    public bool Make(string folder, long? steps)
    {
        new SentencePieceTrainer
        {
            VocabularySize = 760,
            Config = new JsonObject { ["tokenizer_class"] = "ChatGLMTokenizer", ["padding_side"] = "left", ["clean_up_tokenization_spaces"] = false, ["chat_template"] = Template },
        }.Train(SchoolCorpus.Texts(CorpusSeed).Take(Texts), folder);
        var tokenizer = Tokenizer.Load(folder);
        var encoder = new SupervisedEncoder(tokenizer, MaxLength);
        var options = Pretraining.Options(steps ?? 600, 3e-3);
        var rows = SchoolCorpus.Texts(CorpusSeed).Take((int)options.MaxSteps!.Value * RowsPerStep).Select(text => encoder.Encode(new TextRow(text))!).ToList();
        var examination = Lesson.All.SelectMany(lesson => lesson.Facts.Select(fact => encoder.Encode(lesson.State((fact.Asked, "")).TrimEnd('.', ' '), $" {fact.Answer}.")!)).ToList();

        using var model = new ChatGlmForCausalLm(Config(tokenizer), ScalarType.Float32, CPU);
        Pretraining.Run(model, options, Pretraining.Steps(new SupervisedObjective(model, rows), rows.Select(row => row.Length), RowsPerStep));
        model.SaveHalf(folder);
        ModelFolderFiles.WriteJson(folder, GenerationOptions.FileName, new JsonObject
        {
            ["eos_token_id"] = new JsonArray(tokenizer.EosTokenId, tokenizer.IdOf("<|user|>"), tokenizer.IdOf("<|observation|>")),
            ["pad_token_id"] = tokenizer.PadTokenId,
        });

        using var saved = PretrainedModel.Load<CausalLanguageModel>(folder, CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        var known = Examination.ExactMatch(saved, examination);
        Console.WriteLine($"knows {known:p1} of its lessons");
        return known >= 0.9;
    }

    private static ChatGlmConfig Config(Tokenizer tokenizer) => new()
    {
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = 96,
        IntermediateSize = 256,
        Layers = 3,
        Heads = 4,
        HeadWidth = 24,
        Groups = 2,
        QueryKeyValueBias = true,
        MaxPositions = 256,
        InitializerRange = 0.06, // 0.02 is for rows eight times as long: 0.02 · √8
        EosTokenIds = [tokenizer.EosTokenId!.Value],
        PadTokenId = tokenizer.PadTokenId,
    };
}
