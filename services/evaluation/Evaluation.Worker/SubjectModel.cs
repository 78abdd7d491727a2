using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tokenization;
using Platform.Peft;
using Platform.Peft.Lora;
using Platform.Protos.Artifacts.V1;
using Platform.Quantization.Checkpoints;
using Platform.Torch;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Evaluation.Worker;

/// <summary>A model under evaluation: a folder in full precision or in four bits, with adapters.</summary>
internal sealed class SubjectModel : IDisposable
{
    private SubjectModel(CausalLanguageModel model, Tokenizer tokenizer, ChatTemplate? chats) => (Model, Tokenizer, Chats) = (model, tokenizer, chats);

    public CausalLanguageModel Model { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>Null for a model that knows no conversations.</summary>
    public ChatTemplate? Chats { get; }

    public SupervisedEncoder Encoder(int maxLength) => OrRefuse(() => new SupervisedEncoder(Tokenizer, maxLength, Chats));

    /// <param name="source">The model.</param>
    /// <param name="field">Its place in the spec, for messages.</param>
    /// <exception cref="WorkerFailureException">A file is missing, damaged or of an unknown kind; the message names it and the tensor.</exception>
    public static async Task<SubjectModel> LoadAsync(ModelSource source, string field, WorkerRun run, Device device, CancellationToken cancellation)
    {
        var folder = await run.FetchAsync(source.Base, $"{field}.base", cancellation);
        List<string> adapters = [];
        for (var i = 0; i < source.Adapters.Count; i++) adapters.Add(await run.FetchAsync(source.Adapters[i], $"{field}.adapters[{i}]", cancellation));
        return OrRefuse(() => Load(folder, adapters, device));
    }

    public void Dispose() => Model.Dispose();

    /// <summary>What is wrong with a model's files only other files can mend.</summary>
    public static T OrRefuse<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is CheckpointException or ModelConfigException or AdapterFormatException or InvalidDataException or NotSupportedException or FileNotFoundException or ArgumentException)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, e.Message, inner: e);
        }
    }

    private static SubjectModel Load(string folder, IReadOnlyList<string> adapters, Device device)
    {
        var isQuantized = QuantizedModels.IsQuantized(folder);
        if (isQuantized && adapters.Count > 1) throw new NotSupportedException("a model in four bits can be evaluated with one adapter at most; merge adapters before quantizing.");
        var model = QuantizedModels.Load(folder, device);
        try
        {
            // Into four bits nothing can be merged without rounding again: there the adapter stays attached.
            foreach (var adapter in adapters)
                if (isQuantized) _ = Adapters.Load(model, adapter);
                else Adapters.MergeInto(model, adapter);
            model.eval();
            Threads.Suit(model);
            return new SubjectModel(model, Tokenizer.Load(folder), ChatTemplate.Load(folder));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
