using System.Text.Json.Nodes;
using Platform.Modeling.Generation;
using Platform.Modeling.Whisper;

namespace Platform.Modeling.Tests.Seq2Seq;

public sealed class SpeechPromptsTests
{
    private const string Multilingual = """
        {"decoder_start_token_id": 80, "is_multilingual": true, "no_timestamps_token_id": 86,
         "lang_to_id": {"<|en|>": 81, "<|de|>": 82}, "task_to_id": {"translate": 83, "transcribe": 84}}
        """;

    [Theory]
    [InlineData("en", "transcribe", new[] { 80, 81, 84, 86 })]
    [InlineData("German", "translate", new[] { 80, 82, 83, 86 })]
    [InlineData("<|de|>", null, new[] { 80, 82, 84, 86 })]
    public void ThePromptSaysLanguageAndTask(string language, string? task, int[] prompt)
    {
        var prompts = Load(Multilingual);
        Assert.False(prompts.NeedsDetection(new SpeechTask(language, task)));
        Assert.Equal(prompt, prompts.Of(new SpeechTask(language, task)));
    }

    [Fact]
    public void AnUnknownLanguageIsDetected()
    {
        var prompts = Load(Multilingual);
        Assert.True(prompts.NeedsDetection());
        Assert.Equal([80, 82, 86], prompts.Of(detected: 82));
        Assert.Equal([80, 82, 83, 86], prompts.Of(new SpeechTask(Name: SpeechTask.Translate), detected: 82));
    }

    /// <summary>As the first published folders have it: the language is left open, the task is not.</summary>
    [Fact]
    public void ForcedTokensCountWhereNothingElseIsSaid()
    {
        var prompts = Load(With("forced_decoder_ids", "[[1, null], [2, 84]]"));
        Assert.True(prompts.NeedsDetection());
        Assert.Equal([80, 81, 84, 86], prompts.Of(detected: 81));
        Assert.Equal([80, 82, 83, 86], prompts.Of(new SpeechTask("de", SpeechTask.Translate)));

        var fixedLanguage = Load(With("forced_decoder_ids", "[[1, 82], [2, 83]]"));
        Assert.False(fixedLanguage.NeedsDetection());
        Assert.Equal([80, 82, 83, 86], fixedLanguage.Of());
    }

    [Fact]
    public void AModelOfOneLanguageHasOnePrompt()
    {
        var prompts = Load("""{"decoder_start_token_id": 80, "is_multilingual": false, "no_timestamps_token_id": 86}""");
        Assert.False(prompts.NeedsDetection());
        Assert.Equal([80, 86], prompts.Of());
        Assert.Contains("one language", Assert.Throws<ArgumentException>(() => prompts.Of(new SpeechTask("en"))).Message);
    }

    [Fact]
    public void WhatTheModelDoesNotKnowIsRefusedWithWhatItKnows()
    {
        var prompts = Load(Multilingual);
        Assert.Contains("de, en", Assert.Throws<ArgumentException>(() => prompts.Of(new SpeechTask("klingon"))).Message);
        Assert.Contains("transcribe, translate", Assert.Throws<ArgumentException>(() => prompts.Of(new SpeechTask("en", "sing"))).Message);
        var problems = Assert.Throws<ModelConfigException>(() => Load("""{"forced_decoder_ids": [[2, 5]], "return_timestamps": true}""")).Message;
        Assert.Contains("forced_decoder_ids", problems);
        Assert.Contains("return_timestamps", problems);
        Assert.Contains("decoder_start_token_id", problems);
    }

    private static string With(string key, string value)
    {
        var json = JsonNode.Parse(Multilingual)!.AsObject();
        json[key] = JsonNode.Parse(value);
        return json.ToJsonString();
    }

    private static SpeechPrompts Load(string generation)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(ModelConfig.FileName), "{}");
        File.WriteAllText(folder.File(GenerationOptions.FileName), generation);
        return SpeechPrompts.Load(folder.Path);
    }
}
