using System.Text.Json;

namespace Platform.FineTuning.TurnTemplates;

/// <summary>A part of a turn: a text, in which <c>{{content}}</c> stands for what was said, a token by its name, or a special token of the tokenizer.</summary>
public abstract record Slot
{
    private const string Content = "{{content}}";

    public sealed record Text(string Value) : Slot
    {
        /// <summary>The text with what was said in its place, which is taken as it is.</summary>
        public string With(string content)
        {
            var place = Value.IndexOf(Content, StringComparison.Ordinal);
            return place < 0 ? Value : string.Concat(Value.AsSpan(0, place), content, Value.AsSpan(place + Content.Length));
        }
    }

    public sealed record Token(string Name) : Slot;

    public sealed record BeginOfText : Slot;

    public sealed record EndOfText : Slot;

    /// <summary>Reads a string, <c>{"token": "..."}</c> or <c>{"special": "bos_token|eos_token"}</c>.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static Slot Read(JsonElement slot)
    {
        if (slot.ValueKind == JsonValueKind.String) return new Text(slot.GetString()!);
        if (slot.ValueKind == JsonValueKind.Object && slot.TryGetProperty("token", out var token)) return new Token(token.GetString()!);
        return (slot.ValueKind == JsonValueKind.Object && slot.TryGetProperty("special", out var special) ? special.GetString() : null) switch
        {
            "bos_token" => new BeginOfText(),
            "eos_token" => new EndOfText(),
            _ => throw new FormatException($"the slot is {slot.GetRawText()}; expected a text, {{\"token\": name}}, or {{\"special\": \"bos_token\" or \"eos_token\"}}."),
        };
    }
}
