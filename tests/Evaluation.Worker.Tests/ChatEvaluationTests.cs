using Platform.Protos.Evaluation.V1;
using Platform.Testing.Workers;

namespace Platform.Evaluation.Worker.Tests;

public sealed class ChatEvaluationTests : IDisposable
{
    private static readonly (string Role, string Content)[][] Chats =
    [
        [("user", "w5 w9"), ("assistant", "w12 w40"), ("user", "w60"), ("assistant", "w5")],
        [("user", "w8 w7"), ("assistant", "w99")],
    ];

    private readonly EvaluationRun _run = new();

    public void Dispose() => _run.Dispose();

    /// <summary>The same text as a prompt and a completion scores the same: the template is all there is between the two.</summary>
    [Fact]
    public async Task AConversationIsScoredAsTheTextThatItsTemplateWrites()
    {
        await _run.AddSubjectAsync("base", TinyModel.Base, folder => TinyModel.AddChatTemplate(folder));
        await _run.SetChatsAsync(Chats, "exact_match", "perplexity", "token_accuracy");
        var chats = await _run.ScoreAsync("chats");
        await _run.SetSuiteAsync([("w3 w5 w9 w4 w12 w40 w127 w3 w60 w4", "w5"), ("w3 w8 w7 w4", "w99")], "exact_match");
        var texts = await _run.ScoreAsync("texts");

        Assert.Equal(["w5", "w99"], chats.Samples.Select(sample => sample.Reference));
        Assert.Equal(texts.Samples.Select(sample => (sample.Prompt, sample.Answer)), chats.Samples.Select(sample => (sample.Prompt.Trim(), sample.Answer)));
        Assert.Equal(2, Score(chats, "exact_match").Count);

        // Three assistant turns: w12 w40 w127, w5 w127, w99 w127.
        Assert.Equal((7, 7), (Score(chats, "perplexity").Count, Score(chats, "token_accuracy").Count));
        Assert.True(Score(chats, "perplexity").Value > 1);
    }

    /// <summary>The model's own answer, cut where the template's end of turn stands, is right: generation stopped there.</summary>
    [Fact]
    public async Task AnAnswerEndsWhereTheTemplateEndsATurn()
    {
        await _run.AddSubjectAsync("plain", TinyModel.Base, folder => TinyModel.AddChatTemplate(folder));
        await _run.SetChatsAsync([Chats[1]], "exact_match");
        var words = (await _run.ScoreAsync("plain")).Samples.Single().Answer.Split(' ');
        Assert.True(words.Distinct().Count() > 1, $"The model repeats itself: {string.Join(' ', words)}.");
        var end = words.First(word => word != words[0]);

        _run.Spec.Subjects.Clear();
        await _run.AddSubjectAsync("ending", TinyModel.Base, folder => EndTurnsWith(folder, end));
        await _run.SetChatsAsync([[Chats[1][0], ("assistant", string.Join(' ', words.TakeWhile(word => word != end)))]], "exact_match");
        Assert.Equal(1, Score(await _run.ScoreAsync("ending"), "exact_match").Value);
    }

    [Fact]
    public async Task AModelWithoutAChatTemplateIsRefusedWithWhatToDo()
    {
        await _run.AddSubjectAsync("base", TinyModel.Base);
        foreach (var metric in new[] { "exact_match", "perplexity" })
        {
            await _run.SetChatsAsync(Chats, metric);
            Assert.Equal(2, (await _run.RunAsync()).Code);
            var failure = (await _run.ResultAsync()).Failure;
            Assert.Equal(("ModelInvalid", false), (failure.Reason, failure.Retryable));
            Assert.Contains("chat_template.jinja", failure.Message);
        }
    }

    [Fact]
    public async Task AConversationThatTheTemplateRefusesIsNamedWithItsLine()
    {
        await _run.AddSubjectAsync("base", TinyModel.Base, folder => TinyModel.AddChatTemplate(folder));
        foreach (var metric in new[] { "exact_match", "perplexity" })
        {
            await _run.SetChatsAsync([Chats[0], [("system", "w5"), ("assistant", "w6")]], metric);
            Assert.Equal(2, (await _run.RunAsync()).Code);
            var failure = (await _run.ResultAsync()).Failure;
            Assert.Equal("DatasetInvalid", failure.Reason);
            Assert.Contains("line 2: the chat template refuses the conversation: System turns are not supported.", failure.Message);
        }
    }

    /// <summary>Makes a word of the vocabulary a special token, and what ends a turn.</summary>
    private static void EndTurnsWith(string folder, string word)
    {
        TinyModel.AddChatTemplate(folder, word);
        var tokenizer = Path.Combine(folder, "tokenizer.json");
        var special = $$"""{"id": {{word[1..]}}, "content": "{{word}}", "special": true, "single_word": true, "lstrip": false, "rstrip": false, "normalized": false}""";
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("\"added_tokens\":[", $"\"added_tokens\":[{special},"));
    }

    private static Score Score(Scorecard scorecard, string metric) => scorecard.Scores.Single(score => score.Metric == metric);
}
