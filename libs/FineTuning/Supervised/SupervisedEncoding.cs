using Platform.FineTuning.TurnTemplates;

namespace Platform.FineTuning.Supervised;

/// <summary>How rows become tokens with labels.</summary>
public sealed record SupervisedEncoding
{
    /// <summary>The longest row, in tokens; longer ones are cut.</summary>
    public int MaxLength { get; init; } = 1024;

    /// <summary>Which tokens the loss covers.</summary>
    public LearnedPart Learned { get; init; } = LearnedPart.Completion;

    /// <summary>Cut off the start of a row that is too long instead of its end.</summary>
    public bool KeepEnd { get; init; }

    /// <summary>Whether texts and completions end with the token that ends a text. What a chat template writes is never added to.</summary>
    public bool AppendEnd { get; init; } = true;

    /// <summary>Writes conversations instead of the model's chat template; null: that does.</summary>
    public TurnTemplate? Turns { get; init; }

    /// <summary>All that is wrong, each with the value and the allowed range.</summary>
    public IReadOnlyList<string> Problems() => MaxLength >= 2
        ? []
        : [$"maxLength is {MaxLength}; it must be at least 2: a token to predict and one to predict it from."];
}
