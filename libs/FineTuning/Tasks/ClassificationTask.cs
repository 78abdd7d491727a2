using Platform.Data.Formats;
using Platform.FineTuning.Classification;
using Platform.Modeling;
using Platform.Modeling.Tasks;

namespace Platform.FineTuning.Tasks;

/// <summary>Say what a text is: one class, any number of classes, or an amount, where the dataset's labels are amounts and so have no names.</summary>
public sealed class ClassificationTask : TaskModel
{
    private ClassificationTask(TaskSource source, LoadedModel loaded)
        : base(source, loaded, "SEQ_CLS")
    {
        Model = (SequenceClassifier)loaded.Model;
        Encoder = new(Tokenizer, Model.Labels, LongestText);
    }

    public new SequenceClassifier Model { get; }

    public ClassificationEncoder Encoder { get; }

    public override string Unit => "texts";

    /// <summary>Fills up texts; the model sees that it is no token.</summary>
    public int PadTokenId => Tokenizer.PadTokenId ?? Tokenizer.EosTokenId ?? 0;

    /// <summary>One class per text, or an amount.</summary>
    /// <inheritdoc cref="PretrainedModel.Load{T}"/>
    public static ClassificationTask LoadSingle(TaskSource source) => Load(source, source.LabelNames.Count == 0
        ? new(["LABEL_0"], ClassificationProblem.Regression)
        : new(source.LabelNames, ClassificationProblem.SingleLabel));

    /// <summary>Any number of classes per text.</summary>
    /// <exception cref="InvalidDataException">The dataset has no labels.</exception>
    /// <inheritdoc cref="PretrainedModel.Load{T}"/>
    public static ClassificationTask LoadMulti(TaskSource source) => Load(source, source.LabelNames.Count == 0
        ? throw new InvalidDataException("label_names is empty; a dataset with several labels per text needs at least one.")
        : new(source.LabelNames, ClassificationProblem.MultiLabel));

    /// <inheritdoc/>
    public override async Task<TaskRows> ReadAsync(Stream content, IRowFormat format, CancellationToken stop)
    {
        var texts = await EncodedRows<LabelledText>.ReadAsync(content, format, row => [Encoder.Encode(row)], stop);
        return new(new ClassificationObjective(Model, texts.Rows, PadTokenId), texts.LeftOut);
    }

    private static ClassificationTask Load(TaskSource source, ClassificationLabels labels) =>
        LoadedModel.Load<SequenceClassifier>(source, tokenizer => new() { Labels = labels, PadTokenId = tokenizer.PadTokenId ?? tokenizer.EosTokenId })
            .For(loaded => new ClassificationTask(source, loaded));
}
