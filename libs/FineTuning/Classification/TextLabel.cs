namespace Platform.FineTuning.Classification;

/// <summary>What a text is labelled with: a class, any number of classes, or a number.</summary>
public abstract record TextLabel
{
    private TextLabel()
    {
    }

    /// <param name="Index">among the model's classes</param>
    public sealed record Class(int Index) : TextLabel;

    /// <param name="Indices">among the model's classes; possibly none</param>
    public sealed record Classes(IReadOnlyList<int> Indices) : TextLabel;

    public sealed record Number(double Value) : TextLabel;
}

/// <summary>A text as a classifier takes it, with its label.</summary>
public sealed record LabelledText(Texts.EncodedText Text, TextLabel Label);
