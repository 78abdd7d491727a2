using System.Text.Json;
using Platform.Modeling.ChatTemplates;

namespace Platform.Modeling.Tests.ChatTemplates;

public sealed class ChatTemplateTests
{
    private const string ChatMl = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}";

    private static readonly JsonElement Turns = JsonSerializer.Deserialize<JsonElement>(
        """[{"role": "user", "content": "hi 😀"}, {"role": "assistant", "content": "one"}, {"role": "user", "content": "more"}, {"role": "assistant", "content": "two"}]""");

    [Fact]
    public void AConversationIsRendered() => Assert.Equal("<|user|>hi<|end|><|assistant|>", ChatTemplate.Parse(ChatMl).Render([("user", "hi")], addGenerationPrompt: true));

    [Theory]
    [InlineData(ChatMl, "one<|end|>")]
    [InlineData("{% for m in messages %}<|{{ m.role }}|>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}", "one")]
    public void TheAssistantsSpansAreFoundInCodePoints(string source, string first)
    {
        var chat = ChatTemplate.Parse(source).RenderForTraining(Turns);
        var points = chat.Text.EnumerateRunes().ToArray();
        Assert.Equal([first, first.Replace("one", "two", StringComparison.Ordinal)], chat.AssistantSpans.Select(span => string.Concat(points[span.Start..span.End].Select(rune => rune.ToString()))));
    }

    [Fact]
    public void ATemplateThatRewritesEarlierTurnsIsRefusedForTraining()
    {
        var template = ChatTemplate.Parse("{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}");
        Assert.Contains("messages[1]", Assert.Throws<TemplateException>(() => template.RenderForTraining(Turns)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% set s = 'x' * 1000000 %}{% for i in range(1000) %}{{ s }}{% endfor %}", "characters")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "deep")]
    [InlineData("{{ 9 ** 99999 }}", "bits")]
    [InlineData("{{ 'x' * 999999999 }}", "repetition")]
    public void AGreedyTemplateIsStopped(string source, string named) =>
        Assert.Contains(named, Assert.Throws<TemplateException>(() => ChatTemplate.Parse(source).Render([("user", "x")])).Message, StringComparison.Ordinal);

    [Fact]
    public void ABrokenTemplateIsRefusedWhereItIsRead() =>
        Assert.Equal(TemplateFault.Syntax, Assert.Throws<TemplateException>(() => ChatTemplate.Parse("{% if x %}")).Fault);

    [Fact]
    public void AFolderWithoutATemplateHasNone()
    {
        var folder = Directory.CreateTempSubdirectory();
        Assert.Null(ChatTemplate.Load(folder.FullName));
        folder.Delete();
    }
}
