using Platform.Data.Formats;
using Platform.FineTuning.Tasks;
using Platform.FineTuning.Texts;
using Platform.Modeling.Tasks;
using Platform.Modeling.Tokenization;

namespace Platform.FineTuning.Classification;

/// <summary>Turns labelled rows into tokens, the longer of two texts losing its end where both are too long, and their labels into the model's classes.</summary>
/// <param name="maxLength">with special tokens</param>
public sealed class ClassificationEncoder(Tokenizer tokenizer, ClassificationLabels labels, int maxLength)
{
    private readonly Dictionary<string, int> _ids = labels.Names.Index().ToDictionary(item => item.Item, item => item.Index, StringComparer.Ordinal);

    /// <exception cref="RowRefusedException">The label is not among the model's.</exception>
    /// <exception cref="NotSupportedException">The row has no label.</exception>
    public LabelledText Encode(IRow row) => new(Text(row), row switch
    {
        ClassificationRow number when labels.Stated == ClassificationProblem.Regression => new TextLabel.Number(number.Number ?? throw new RowRefusedException($"label is '{number.Label}'; the other labels are numbers with fractions, so all must be numbers")),
        ClassificationRow single => new TextLabel.Class(Id(single.Label)),
        ILabelledRow several => new TextLabel.Classes([.. several.Labels.Select(Id)]),
        _ => throw new NotSupportedException($"{row.GetType().Name} has no label."),
    });

    /// <inheritdoc cref="Encode"/>
    public EncodedText Text(IRow row) => row switch
    {
        ClassificationRow single => Text(single.Text, single.TextPair),
        MultiLabelRow several => Text(several.Text, several.TextPair),
        _ => throw new NotSupportedException($"{row.GetType().Name} has no text to classify."),
    };

    private EncodedText Text(string text, string? pair)
    {
        var truncation = new Truncation(maxLength);
        return EncodedText.Of(pair is null ? tokenizer.Encode(text, truncation: truncation) : tokenizer.EncodePair(text, pair, truncation: truncation));
    }

    private int Id(string label) => _ids.TryGetValue(label, out var id) ? id : throw new RowRefusedException($"label is '{label}'; expected one of {string.Join(", ", labels.Names)}");
}
