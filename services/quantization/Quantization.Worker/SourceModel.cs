using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tokenization;
using Platform.Peft;
using Platform.Peft.Lora;
using Platform.Protos.Artifacts.V1;
using Platform.Quantization.Checkpoints;
using Platform.Workers;
using static TorchSharp.torch;

namespace Platform.Quantization.Worker;

/// <summary>The full-precision model: a base folder with adapters merged into it in order.</summary>
internal sealed record SourceModel(string Folder, IReadOnlyList<string> Adapters)
{
    public static async Task<SourceModel> FetchAsync(ModelSource source, WorkerRun run, CancellationToken cancellation)
    {
        var (folder, adapters) = await run.FetchModelAsync(source, "model", cancellation);
        return new SourceModel(folder, adapters);
    }

    /// <summary>Bytes of the folder: weights, tokenizer, configuration. Merging adapters does not change them.</summary>
    public long SizeBytes => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "SHA256SUMS").Sum(file => new FileInfo(file).Length);

    public SupervisedEncoder Encoder(int maxLength) => OrRefuse(() => new SupervisedEncoder(Tokenizer.Load(Folder), maxLength, ChatTemplate.Load(Folder)));

    /// <exception cref="WorkerFailureException">A file is missing, damaged or of an unknown kind; the message names it and the tensor.</exception>
    public CausalLanguageModel Load(Device device) => OrRefuse(() =>
    {
        if (QuantizedModels.IsQuantized(Folder)) throw new NotSupportedException("the base model is quantized already; give the model that it was made from.");
        var model = PretrainedModel.Load<CausalLanguageModel>(Folder, device);
        try
        {
            foreach (var adapter in Adapters) Peft.Adapters.MergeInto(model, adapter);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    });

    /// <summary>What is wrong with a model's files only other files can mend.</summary>
    public static T OrRefuse<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is CheckpointException or ModelConfigException or AdapterFormatException or InvalidDataException or NotSupportedException or FileNotFoundException or ArgumentException or NotFiniteNumberException)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, e.Message, inner: e);
        }
    }
}
