using System.Globalization;
using System.Text.Json;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Tokenization;

namespace Platform.Parity.ChatTemplates;

/// <summary>Rendered conversations, Jinja features and assistant masks against transformers and jinja2.</summary>
public sealed class ChatTemplatesArea : IParityArea
{
    public string Name => "chat-templates";

    public ParityVerdict Check(string casePath)
    {
        var golden = GoldenFile.Read(casePath, "golden.json");
        var clock = new FixedClock(DateTimeOffset.Parse(golden.GetProperty("now").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        var mismatches = new Mismatches();
        foreach (var row in golden.Section("cases"))
            CheckRender(row.GetProperty("name").GetString()!, row, mismatches, () => Feature(row, clock));
        if (golden.TryGetProperty("renders", out var renders))
        {
            var template = ChatTemplate.Load(casePath, clock) ?? throw new UnsupportedCaseException("no template found in the folder");
            foreach (var row in renders.EnumerateArray())
                CheckRender($"{row.GetProperty("conversation")} {row.GetProperty("args")}", row, mismatches, () => Render(template, golden, row));
            CheckTokenized(casePath, golden, template, mismatches);
        }

        return mismatches.Verdict();
    }

    private static void CheckRender(string what, JsonElement row, Mismatches mismatches, Func<string> render)
    {
        string actual;
        try
        {
            actual = "text: " + render();
        }
        catch (TemplateException refused)
        {
            actual = refused.Fault == TemplateFault.Raised ? "raised: " + refused.Message : $"refused: {refused.Message}";
        }
        catch (Exception broken)
        {
            actual = $"{broken.GetType().Name}: {broken.Message} {broken.StackTrace?.Split('\n').FirstOrDefault()}";
        }

        if (row.TryGetProperty("expected", out var expected)) mismatches.Check(what, "text: " + expected.GetString(), actual);
        else if (row.GetProperty("error").GetProperty("kind").GetString() == "raised") mismatches.Check(what, "raised: " + row.GetProperty("error").GetProperty("message").GetString(), actual);
        else mismatches.Check(what, "refused", actual.StartsWith("refused", StringComparison.Ordinal) ? "refused" : actual);
    }

    private static string Feature(JsonElement row, TimeProvider clock) =>
        ChatTemplate.Parse(row.GetProperty("template").GetString()!, clock: clock).Render(
            row.GetProperty("context").TryGetProperty("messages", out var messages) ? messages : JsonSerializer.SerializeToElement(Array.Empty<object>()),
            extra: row.GetProperty("context"));

    private static string Render(ChatTemplate template, JsonElement golden, JsonElement row)
    {
        var conversation = golden.GetProperty("conversations").GetProperty(row.GetProperty("conversation").GetString()!);
        var args = row.GetProperty("args");
        var extra = new Dictionary<string, JsonElement>();
        foreach (var entry in conversation.EnumerateObject().Concat(args.EnumerateObject()))
        {
            if (entry.Name is not ("messages" or "tools" or "add_generation_prompt" or "continue_final_message" or "chat_template")) extra[entry.Name] = entry.Value;
        }

        return template.Render(
            conversation.GetProperty("messages"),
            args.TryGetProperty("tools", out var tools) || conversation.TryGetProperty("tools", out tools) ? tools : null,
            args.TryGetProperty("add_generation_prompt", out var prompt) && prompt.GetBoolean(),
            JsonSerializer.SerializeToElement(extra),
            args.TryGetProperty("chat_template", out var named) ? named.GetString() : null,
            args.TryGetProperty("continue_final_message", out var final) && final.GetBoolean());
    }

    private static void CheckTokenized(string casePath, JsonElement golden, ChatTemplate template, Mismatches mismatches)
    {
        if (!golden.TryGetProperty("tokenized", out _)) return;
        var tokenizer = Tokenizer.Load(Path.Combine(casePath, "..", "_tokenizer"));
        foreach (var row in golden.Section("tokenized"))
        {
            var what = $"tokenized {row.GetProperty("conversation")} {row.GetProperty("args")}";
            mismatches.Try(what, () =>
            {
                var args = row.GetProperty("args");
                var text = Render(template, golden, row);
                var limit = args.TryGetProperty("truncation", out var cut) && cut.GetBoolean() ? new Truncation(args.GetProperty("max_length").GetInt32()) : null;
                var encoding = tokenizer.Encode(text, addSpecialTokens: false, limit);
                mismatches.Check($"{what}: ids", row.GetProperty("ids"), encoding.Ids);
                if (!row.TryGetProperty("assistant_mask", out var mask)) return;
                var conversation = golden.GetProperty("conversations").GetProperty(row.GetProperty("conversation").GetString()!).GetProperty("messages");
                var rendered = template.RenderForTraining(conversation);
                mismatches.Check($"{what}: training text", text, rendered.Text);
                mismatches.Check($"{what}: assistant mask", mask, Mask(encoding, rendered));
            });
        }
    }

    private static IEnumerable<int> Mask(Encoding encoding, RenderedChat rendered) =>
        encoding.Offsets.Select(token => rendered.AssistantSpans.Any(span => token.Start < span.End && token.End > span.Start) ? 1 : 0);

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
