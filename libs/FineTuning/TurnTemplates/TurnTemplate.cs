using System.Text.Json;

namespace Platform.FineTuning.TurnTemplates;

/// <summary>How the turns of a conversation are written, as data: LLaMA-Factory's templates. Texts between tokens are tokenized one by one.</summary>
public sealed record TurnTemplate
{
    public required string Name { get; init; }

    /// <summary>Stands before everything.</summary>
    public IReadOnlyList<Slot> Prefix { get; init; } = [];

    public IReadOnlyList<Slot> System { get; init; } = [];

    public required IReadOnlyList<Slot> User { get; init; }

    public required IReadOnlyList<Slot> Assistant { get; init; }

    /// <summary>What a tool answered.</summary>
    public IReadOnlyList<Slot> Observation { get; init; } = [];

    /// <summary>For conversations without a system turn; empty: they stay without.</summary>
    public string DefaultSystem { get; init; } = "";

    /// <summary>The system's text stands within the first user turn.</summary>
    public bool SystemGoesIntoFirstUserMessage { get; init; }

    /// <summary>A reply ends where the next question begins: that token is predicted as the end of the text, which only the last reply has.</summary>
    public bool EfficientEnd { get; init; }

    /// <summary>The token that ends a text in this template; null: the tokenizer's.</summary>
    public string? EndToken { get; init; }

    /// <summary>A Jinja program over <c>tools</c> that goes on after the system's text; null: the template knows no tools.</summary>
    public string? ToolPrompt { get; init; }

    /// <summary>A Jinja program over <c>calls</c>, each with <c>name</c> and <c>arguments</c>, that the assistant says.</summary>
    public string? ToolCalls { get; init; }

    /// <summary>Reads a template's JSON object.</summary>
    /// <exception cref="FormatException">A slot is unknown.</exception>
    public static TurnTemplate Read(JsonElement json)
    {
        return new()
        {
            Name = json.GetProperty("name").GetString()!,
            Prefix = Slots("prefix"),
            System = Slots("system"),
            User = Slots("user"),
            Assistant = Slots("assistant"),
            Observation = Slots("observation"),
            DefaultSystem = Text("default_system") ?? "",
            SystemGoesIntoFirstUserMessage = Flag("system_goes_into_first_user_message"),
            EfficientEnd = Flag("efficient_eos"),
            EndToken = Flag("replace_eos") ? json.GetProperty("stop_words")[0].GetString() : null,
            ToolPrompt = Text("tool_prompt"),
            ToolCalls = Text("tool_calls"),
        };

        IReadOnlyList<Slot> Slots(string name) => json.TryGetProperty(name, out var slots) ? [.. slots.EnumerateArray().Select(Slot.Read)] : [];
        string? Text(string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;
        bool Flag(string name) => json.TryGetProperty(name, out var flag) && flag.GetBoolean();
    }
}
