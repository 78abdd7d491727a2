using Platform.Data.Formats;
using Platform.FineTuning.SpeechRecognition;
using Platform.Modeling;
using Platform.Modeling.Audio;
using Platform.Modeling.Tasks;
using Platform.Modeling.Whisper;

namespace Platform.FineTuning.Tasks;

/// <summary>Write down what is said.</summary>
public sealed class SpeechRecognitionTask : TaskModel
{
    private readonly SpeechFeatureExtractor _extractor;

    private SpeechRecognitionTask(TaskSource source, LoadedModel loaded)
        : base(source, loaded, adapterTask: null)
    {
        Model = (Seq2SeqModel)loaded.Model;
        var features = SpeechFeatureOptions.Load(source.Folder);
        Encoder = new(Tokenizer, SpeechPrompts.Load(source.Folder), features, (int)Math.Min(source.MaxLength, Model.Config.MaxPositions));
        _extractor = new(features);
    }

    public new Seq2SeqModel Model { get; }

    public SpeechEncoder Encoder { get; }

    /// <inheritdoc cref="PretrainedModel.Load{T}"/>
    public static SpeechRecognitionTask Load(TaskSource source) => LoadedModel.Load<Seq2SeqModel>(source).For(loaded => new SpeechRecognitionTask(source, loaded));

    /// <inheritdoc/>
    public override async Task<TaskRows> ReadAsync(Stream content, IRowFormat format, CancellationToken stop)
    {
        var utterances = await EncodedRows<Utterance>.ReadAsync(content, format, row => Encoder.Encode((AudioRow)row) is { } utterance ? [utterance] : [], stop);
        return new(new SpeechRecognitionObjective(Model, _extractor, utterances.Rows), utterances.LeftOut);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _extractor.Dispose();
        base.Dispose(disposing);
    }
}
