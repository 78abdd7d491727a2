using Platform.Data.Formats;
using Platform.Modeling;
using Platform.Modeling.Encoders;
using Platform.Modeling.Tasks;
using Platform.Modeling.Tokenization;
using Platform.Peft;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tasks;

/// <summary>A model that was loaded for a task, with what makes its inputs of rows.</summary>
public abstract class TaskModel : IDisposable
{
    private readonly LoadedModel _loaded;

    private protected TaskModel(TaskSource source, LoadedModel loaded, string? adapterTask) =>
        (Source, _loaded, AdapterTask) = (source, loaded, adapterTask);

    public TaskSource Source { get; }

    public PretrainedModel Model => _loaded.Model;

    public Tokenizer Tokenizer => _loaded.Tokenizer;

    /// <summary>The <c>task_type</c> of adapters; null: PEFT finds the model by its class.</summary>
    public string? AdapterTask { get; }

    /// <summary>What its objective counts, for people: tokens, texts, or windows.</summary>
    public virtual string Unit => "tokens";

    /// <summary>All parameters that a model of this kind trains, with their names in its checkpoints.</summary>
    public IReadOnlyList<(string Name, Tensor Parameter)> Parameters => _loaded.Trainable;

    /// <summary>Reads JSON lines.</summary>
    /// <exception cref="Supervised.BadRowsException">Rows cannot be read or encoded; the message lists the first.</exception>
    public abstract Task<TaskRows> ReadAsync(Stream content, IRowFormat format, CancellationToken stop);

    /// <summary>Attaches a new adapter, which also trains and keeps what the folder did not hold of the model's head.</summary>
    /// <inheritdoc cref="Adapters.Attach"/>
    public IAdapter Attach(AdapterOptions options, Generator generator) =>
        Adapters.Attach(Model, (options with { TaskType = AdapterTask }).AlsoTraining(_loaded.NewModules), generator);

    /// <summary>Writes the model with everything else that its folder holds.</summary>
    public void Save(string folder) => Model.Save(folder, from: Source.Folder);

    /// <summary>The longest input: the source's limit, or the model's if that is less.</summary>
    private protected int LongestText => Model.Config switch
    {
        TextEncoderConfig encoder => (int)Math.Min(Source.MaxLength, encoder.LongestText),
        DecoderConfig decoder => (int)Math.Min(Source.MaxLength, decoder.Decoder.MaxPositions),
        _ => Source.MaxLength,
    };

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Model.Dispose();
    }
}
