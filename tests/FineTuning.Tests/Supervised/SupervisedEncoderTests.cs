using Platform.Data.Cache;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;
using Platform.Testing;

namespace Platform.FineTuning.Tests.Supervised;

public sealed class SupervisedEncoderTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "collation", "sft-labels", "tokenizer");
    private static readonly Tokenizer Tokens = Tokenizer.Load(Folder);
    private static readonly ChatTemplate Chats = ChatTemplate.Load(Folder)!;

    private static readonly ChatRow TwoTurns = Chat(("user", "one?"), ("assistant", "1"), ("user", "two?"), ("assistant", "2"));

    [Theory]
    [InlineData(LearnedPart.Completion, "1<|im_end|>2<|im_end|>")]
    [InlineData(LearnedPart.Assistant, "1<|im_end|>2<|im_end|>")]
    [InlineData(LearnedPart.LastAssistant, "2<|im_end|>")]
    public void OfAConversationThatPartIsLearnedThatIsAskedFor(LearnedPart part, string learned) => Assert.Equal(learned, Learned(part, TwoTurns));

    [Fact]
    public void AllOfARowIsLearnedIfAskedFor()
    {
        Assert.StartsWith("<|im_start|>user\none?", Learned(LearnedPart.All, TwoTurns), StringComparison.Ordinal);
        Assert.Equal("2+2= 4</s>", Learned(LearnedPart.All, new PromptCompletionRow("2+2=", " 4")));
    }

    [Theory]
    [InlineData(LearnedPart.Completion)]
    [InlineData(LearnedPart.LastAssistant)]
    public void OfAPromptAndItsCompletionTheCompletionIsLearnedWithWhatEndsIt(LearnedPart part) =>
        Assert.Equal(" 4</s>", Learned(part, new PromptCompletionRow("2+2=", " 4")));

    [Fact]
    public void APromptHasTheTokensThatItHasWhenTheModelIsAskedAlsoWhereTheCompletionWouldGrowIntoThem()
    {
        var (prompt, together) = (Tokens.Encode("a simp").Ids, Tokens.Encode("a simple").Ids);
        Assert.NotEqual(prompt, together.Take(prompt.Count));

        var row = new SupervisedEncoder(Tokens, 256).Encode("a simp", "le")!;

        Assert.Equal(prompt, row.InputIds.Take(prompt.Count));
        Assert.Equal("le</s>", Tokens.Decode(row.Labels.Skip(prompt.Count)));
    }

    [Fact]
    public void PlainTextIsLearnedAsAWhole() => Assert.Equal("So it is.</s>", Learned(LearnedPart.Completion, new TextRow("So it is.")));

    [Fact]
    public void ATextThatHasItsEndGetsNoOtherAndNoneIfNoneIsWanted()
    {
        Assert.Equal("So.</s>", Learned(LearnedPart.All, new TextRow("So.</s>")));
        Assert.Equal("So.", Tokens.Decode(new SupervisedEncoder(Tokens, new SupervisedEncoding { AppendEnd = false }).Encode(new TextRow("So."))!.InputIds));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ARowThatIsTooLongKeepsTheSideThatIsAskedFor(bool keepEnd)
    {
        var whole = new SupervisedEncoder(Tokens, 256).Encode(new TextRow("one two three four"))!;
        var cut = new SupervisedEncoder(Tokens, new SupervisedEncoding { MaxLength = 6, KeepEnd = keepEnd }).Encode(new TextRow("one two three four"))!;
        Assert.Equal(keepEnd ? whole.InputIds[^6..] : whole.InputIds[..6], cut.InputIds);
    }

    [Fact]
    public async Task RowsFromTheCacheAreTheRowsThatWereEncoded()
    {
        var folder = Directory.CreateTempSubdirectory("tokens-").FullName;
        var lines = string.Concat(Enumerable.Range(0, 50).Select(i => $$"""{"text":"{{new string('a', i)}} b"}""" + "\n"));
        var (encoder, cache) = (new SupervisedEncoder(Tokens, 8), new TokenCache(folder, long.MaxValue, TimeProvider.System));
        var expected = await SupervisedRows.ReadAsync(Content(), RowFormats.Get("text"), encoder, TestContext.Current.CancellationToken);
        for (var time = 0; time < 2; time++)
        {
            var read = await SupervisedRows.ReadAsync(time == 0 ? Content() : Stream.Null, RowFormats.Get("text"), encoder, cache, new("d", "t", "e"), TestContext.Current.CancellationToken);
            Assert.Equal((expected.LeftOut, expected.Tokens.ToString()), (read.LeftOut, read.Tokens.ToString()));
            Assert.Equal(expected.Rows.Select(row => string.Join(' ', row.InputIds)), read.Rows.Select(row => string.Join(' ', row.InputIds)));
            Assert.Equal(expected.Rows.Select(row => string.Join(' ', row.Labels)), read.Rows.Select(row => string.Join(' ', row.Labels)));
            ((IDisposable)read.Rows).Dispose();
        }

        Directory.Delete(folder, recursive: true);

        MemoryStream Content() => new(System.Text.Encoding.UTF8.GetBytes(lines));
    }

    [Fact]
    public void ADatasetTellsWhatWasCutAndWhatWasLeftOut()
    {
        IRow[] rows = [new PromptCompletionRow("a", "b"), new PromptCompletionRow("a prompt that fills all the space there is", "b"), new TextRow("one two three four five")];
        var whole = new SupervisedEncoder(Tokens, 256);

        var encoded = SupervisedRows.Of(rows, new SupervisedEncoder(Tokens, 8));

        var lengths = rows.Select(row => whole.Encode(row)!.Length).ToList();
        Assert.Equal((2, 1, 2.0 / 3), (encoded.Rows.Count, encoded.LeftOut, encoded.Tokens.TruncatedShare));
        Assert.Equal((lengths.Sum(), lengths.Max()), (encoded.Tokens.Lengths.Total, encoded.Tokens.Lengths.Longest));
        Assert.Equal((double)(lengths[1] + lengths[2] - 8) / lengths.Sum(), encoded.Tokens.LostShare);
    }

    [Fact]
    public void ALengthThatHoldsNothingToLearnIsRefused() =>
        Assert.Contains("maxLength is 1", Assert.Throws<ArgumentException>(() => new SupervisedEncoder(Tokens, 1)).Message);

    [Fact]
    public void WhatIsLearnedOfAConversationIsWhatTheAssistantWroteAndWhatEndsIt()
    {
        // No generation blocks: the ranges come from rendering turn by turn. 🍎 is one code point, two chars, several tokens.
        var chatMl = ChatTemplate.Parse(
            """
            {%- for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{%- endfor %}
            {%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{%- endif %}
            """);
        var row = new SupervisedEncoder(Tokens, 256, chatMl).Encode(Chat(("user", "🍎 or 🍐?"), ("assistant", "🍎 now"), ("user", "sure?"), ("assistant", "yes")))!;

        Assert.Equal("🍎 now<|im_end|>\nyes<|im_end|>\n", Tokens.Decode(row.Labels.Where(label => label != SupervisedExample.IgnoredLabel)));
        Assert.All(row.InputIds.Zip(row.Labels), pair => Assert.True(pair.Second == pair.First || pair.Second == SupervisedExample.IgnoredLabel));
    }

    [Fact]
    public void WithoutAChatTemplateAConversationSaysWhatToDo()
    {
        var missing = Assert.Throws<ChatTemplateMissingException>(() => new SupervisedEncoder(Tokens, 256).Encode(Chat(("user", "Hi"), ("assistant", "Hello"))));
        Assert.All(["chat_template.jinja", "tokenizer_config.json", "prompt-completion"], part => Assert.Contains(part, missing.Message));
    }

    [Fact]
    public async Task RowsThatTheTemplateRefusesAreListedByTheirLinesAmongOtherBadRows()
    {
        var strict = ChatTemplate.Parse("{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system turns') }}{% endif %}{{ m.content }}{% endfor %}");
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(
            """
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            {"messages": []}
            {"messages": [{"role": "system", "content": "a"}, {"role": "assistant", "content": "b"}]}
            """));

        var bad = await Assert.ThrowsAsync<BadRowsException>(() =>
            SupervisedRows.ReadAsync(content, RowFormats.Get("chat"), new SupervisedEncoder(Tokens, 256, strict), TestContext.Current.CancellationToken));

        Assert.Equal([2, 3], bad.Problems.Select(problem => problem.Line));
        Assert.Contains("line 3: the chat template refuses the conversation: no system turns", bad.Message);
    }

    private static ChatRow Chat(params (string Role, string Content)[] turns) => new([.. turns.Select(turn => new ChatMessage(turn.Role, turn.Content))]);

    private static string Learned(LearnedPart part, IRow row) =>
        Tokens.Decode(new SupervisedEncoder(Tokens, new SupervisedEncoding { Learned = part }, Chats).Encode(row)!.Labels.Where(label => label != SupervisedExample.IgnoredLabel));
}
