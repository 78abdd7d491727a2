using System.Text.Json;
using Platform.Data.Collation;
using Platform.Data.Formats;
using Platform.FineTuning.Supervised;
using Platform.FineTuning.TurnTemplates;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;
using Platform.Testing;

namespace Platform.FineTuning.Tests.TurnTemplates;

public sealed class TurnTemplateTests
{
    private static readonly Tokenizer Tokens = Tokenizer.Load(Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "collation", "alpaca-sharegpt", "tokenizer"));

    private static readonly ChatRow Chat = new([new("system", "Count."), new("user", "One?"), new("assistant", "Two."), new("user", "Three?"), new("assistant", "Four.")]);

    /// <summary>The recorded cases bring templates of their own; these are the ones the library brings.</summary>
    [Fact]
    public void TheTemplatesOfTheLibraryAreTheRecordedOnes()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "collation", "alpaca-sharegpt", "golden.json")));
        var recorded = golden.RootElement.GetProperty("templates").EnumerateArray().Select(TurnTemplate.Read).ToDictionary(template => template.Name);
        Assert.Equal(recorded.Keys.Order(), TurnTemplateCatalog.Names);
        foreach (var (name, template) in recorded)
        {
            var own = TurnTemplateCatalog.Get(name);
            Assert.Equal(Shown(template), Shown(own));
        }
    }

    [Fact]
    public void ATemplateOfTurnsTakesTheModelsPlace()
    {
        var row = new SupervisedEncoder(Tokens, new SupervisedEncoding { Turns = TurnTemplateCatalog.Get("vicuna") }).Encode(Chat)!;
        Assert.Equal("Count.USER: One? ASSISTANT:Two.</s>USER: Three? ASSISTANT:Four.</s>", Tokens.Decode(row.InputIds));
        Assert.Equal("Two.</s>Four.</s>", Tokens.Decode(row.Labels.Where(label => label != SupervisedExample.IgnoredLabel)));
    }

    [Fact]
    public void OfALongConversationWhoseLastReplyIsLearnedTheLastTurnsStay()
    {
        var encoding = new SupervisedEncoding { Turns = TurnTemplateCatalog.Get("vicuna"), Learned = LearnedPart.LastAssistant, MaxLength = 34 };
        var row = new SupervisedEncoder(Tokens, encoding).Encode(Chat)!;
        Assert.Equal(34, row.Length);
        Assert.EndsWith("USER: Three? ASSISTANT:Four.</s>", Tokens.Decode(row.InputIds), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"role": "assistant", "content": "I start"}]""", "messages[0].role is 'assistant'")]
    [InlineData("""[{"role": "user", "content": "no answer"}]""", "1 turns")]
    [InlineData("""[{"role": "system", "content": "s"}, {"role": "user", "content": "a"}, {"role": "user", "content": "b"}]""", "messages[2].role is 'user'")]
    [InlineData("""[{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": []}]""", "does not know tools")]
    public void AConversationThatIsNoExchangeIsRefused(string messages, string reason)
    {
        var encoder = new TurnEncoder(Tokens, TurnTemplateCatalog.Get("vicuna"), new SupervisedEncoding());
        Assert.Contains(reason, Assert.Throws<TemplateException>(() => encoder.Encode(JsonSerializer.Deserialize<JsonElement>(messages))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASlotThatIsNoneIsRefused() =>
        Assert.Contains("sep_token", Assert.Throws<FormatException>(() => Slot.Read(JsonSerializer.Deserialize<JsonElement>("""{"special": "sep_token"}"""))).Message);

    // Without tools: the recorded templates do not say how they are written.
    private static string Shown(TurnTemplate template) => string.Join('\n', new[] { template.Prefix, template.System, template.User, template.Assistant, template.Observation }.Select(slots => string.Join(' ', slots)))
        + $"\n{template.DefaultSystem}|{template.SystemGoesIntoFirstUserMessage}|{template.EfficientEnd}|{template.EndToken}";
}
