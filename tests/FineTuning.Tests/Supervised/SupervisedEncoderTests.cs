using System.Text.Json;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;
using Platform.Testing;

namespace Platform.FineTuning.Tests.Supervised;

public sealed class SupervisedEncoderTests
{
    private static readonly string Reference = Path.Combine(RepositoryFolder.Root, "tests", "FineTuning.Tests", "Golden", "sft-labels");
    private static readonly Tokenizer Tokens = Tokenizer.Load(Path.Combine(Reference, "tokenizer"));
    private static readonly ChatTemplate Chats = ChatTemplate.Load(Path.Combine(Reference, "tokenizer"))!;

    /// <summary>TRL's own rows: ids, labels, truncation, rows left out.</summary>
    [Theory]
    [InlineData("prompt-completion", "{}", "prompt-completion")]
    [InlineData("prompt-completion", """{"max_length":20}""", "prompt-completion")]
    [InlineData("messages", """{"assistant_only_loss":true}""", "chat")]
    public void RowsEqualTheReference(string kind, string args, string format)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Reference, "golden.json")));
        var run = golden.RootElement.GetProperty("runs").EnumerateArray()
            .Single(run => run.GetProperty("kind").GetString() == kind && run.GetProperty("args").GetRawText().Replace(" ", "") == args);
        var maxLength = run.GetProperty("args").TryGetProperty("max_length", out var given) ? given.GetInt32() : 1024;
        List<string> problems = [];
        var rows = run.GetProperty("examples").EnumerateArray().Select(example => RowFormats.Get(format).Read(example, problems)!).ToList();

        var encoded = SupervisedRows.Of(rows, new SupervisedEncoder(Tokens, maxLength, Chats));

        Assert.Empty(problems);
        Assert.Equal(run.GetProperty("rows").EnumerateArray().Select(row => Ids(row, "input_ids")), encoded.Rows.Select(row => row.InputIds));
        Assert.Equal(run.GetProperty("rows").EnumerateArray().Select(row => Ids(row, "labels")), encoded.Rows.Select(row => row.Labels));
        Assert.Equal(rows.Count, encoded.Rows.Count + encoded.LeftOut);
    }

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

    private static int[] Ids(JsonElement row, string field) => [.. row.GetProperty(field).EnumerateArray().Select(id => id.GetInt32())];
}
