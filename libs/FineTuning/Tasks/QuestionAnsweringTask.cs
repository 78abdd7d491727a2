using Platform.Data.Formats;
using Platform.FineTuning.QuestionAnswering;
using Platform.Modeling;
using Platform.Modeling.Tasks;

namespace Platform.FineTuning.Tasks;

/// <summary>Find the answer to a question in a text, or that it is not there.</summary>
public sealed class QuestionAnsweringTask : TaskModel
{
    /// <summary>What windows of a long text share, as in transformers' examples; less where windows are short.</summary>
    private const int UsualStride = 128;

    private static readonly ClassificationLabels StartAndEnd = new(["LABEL_0", "LABEL_1"]);

    private QuestionAnsweringTask(TaskSource source, LoadedModel loaded)
        : base(source, loaded, "QUESTION_ANS")
    {
        Model = (QuestionAnsweringModel)loaded.Model;
        Encoder = new(Tokenizer, LongestText, Math.Min(UsualStride, LongestText / 4));
        PadTokenId = Tokenizer.PadTokenId ?? throw new InvalidDataException("The tokenizer has no pad_token, so windows cannot be padded; name one in tokenizer_config.json.");
    }

    public new QuestionAnsweringModel Model { get; }

    public QuestionEncoder Encoder { get; }

    public int PadTokenId { get; }

    public override string Unit => "windows";

    /// <inheritdoc cref="PretrainedModel.Load{T}"/>
    public static QuestionAnsweringTask Load(TaskSource source) =>
        LoadedModel.Load<QuestionAnsweringModel>(source, _ => new() { Labels = StartAndEnd }).For(loaded => new QuestionAnsweringTask(source, loaded));

    /// <inheritdoc/>
    public override async Task<TaskRows> ReadAsync(Stream content, IRowFormat format, CancellationToken stop)
    {
        var windows = await EncodedRows<QuestionExample>.ReadAsync(content, format, row => Examples((SquadRow)row), stop);
        return new(new QuestionAnsweringObjective(Model, windows.Rows, PadTokenId), windows.LeftOut);
    }

    /// <summary>The windows of a question; none where it leaves no room for the text.</summary>
    public IReadOnlyList<QuestionWindow> Windows(SquadRow row)
    {
        try
        {
            return Encoder.Encode(row.Question, row.Context);
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    // Of several answers the first is learned.
    private List<QuestionExample> Examples(SquadRow row)
    {
        var answer = row.Answers.Count > 0 ? row.Answers[0] : (SquadAnswer?)null;
        var length = answer?.Text.EnumerateRunes().Count() ?? 0;
        return [.. Windows(row).Select(Example)];

        QuestionExample Example(QuestionWindow window)
        {
            var (first, last) = window.PositionsOf(answer?.Start, length);
            return new(window, first, last);
        }
    }
}
