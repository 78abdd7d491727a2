using System.Text.Json;

namespace Platform.Modeling.Tokenization.PostProcessors;

/// <summary>Reads the <c>post_processor</c> part of tokenizer.json.</summary>
internal static class PostProcessorReader
{
    public static IPostProcessor Read(JsonElement json) => json.GetProperty("type").GetString() switch
    {
        "Sequence" => new SequenceProcessor([.. json.GetProperty("processors").EnumerateArray().Select(Read)]),
        "ByteLevel" => new ByteLevelProcessor(json.Flag("trim_offsets", true), json.Flag("add_prefix_space", true)),
        "TemplateProcessing" => TemplateProcessor.Read(json),
        "BertProcessing" => TemplateProcessor.Bert(Token(json, "sep"), Token(json, "cls")),
        "RobertaProcessing" => new SequenceProcessor([
            new ByteLevelProcessor(json.Flag("trim_offsets", true), json.Flag("add_prefix_space", true)),
            TemplateProcessor.Roberta(Token(json, "sep"), Token(json, "cls"))]),
        var other => throw new NotSupportedException($"post_processor.type is '{other}', which is not supported."),
    };

    private static (int Id, string Token) Token(JsonElement json, string name) =>
        (json.GetProperty(name)[1].GetInt32(), json.GetProperty(name)[0].Required());
}
