using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.ChatTemplates;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tokenization;
using Platform.Peft;
using Platform.Protos.Training.V1;
using Platform.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>The model a run starts from: a base with the adapters of earlier runs merged into it, and its tokenizer.</summary>
internal sealed class SourceModel : IDisposable
{
    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate? _chats;

    private SourceModel(CausalLanguageModel model, Tokenizer tokenizer, ChatTemplate? chats) => (Model, _tokenizer, _chats) = (model, tokenizer, chats);

    public CausalLanguageModel Model { get; }

    /// <exception cref="WorkerFailureException">A file is missing, damaged or of an unknown kind; the message names it and the tensor.</exception>
    public static async Task<SourceModel> LoadAsync(TrainingSpec spec, SpecOptions options, WorkerRun run, Device device, CancellationToken stop)
    {
        if (spec.Model is null) throw new WorkerFailureException(FailureReasons.SpecInvalid, "model is missing from the spec.");
        var folder = await run.FetchAsync(spec.Model.Base, "model.base", stop);
        List<string> adapters = [];
        for (var i = 0; i < spec.Model.Adapters.Count; i++) adapters.Add(await run.FetchAsync(spec.Model.Adapters[i], $"model.adapters[{i}]", stop));
        return Refusing(spec.Model.Uri, () =>
        {
            var model = PretrainedModel.Load<CausalLanguageModel>(folder, device, new LoadOptions { Dtype = options.Precision });
            try
            {
                foreach (var adapter in adapters) Adapters.MergeInto(model, adapter);
                return new SourceModel(model, Tokenizer.Load(folder), ChatTemplate.Load(folder));
            }
            catch
            {
                model.Dispose();
                throw;
            }
        });
    }

    public SupervisedEncoder Encoder(int maxLength) => Refusing("the tokenizer", () => new SupervisedEncoder(_tokenizer, maxLength, _chats));

    /// <exception cref="WorkerFailureException">The method does not fit the model.</exception>
    public IAdapter Attach(TrainingSpec spec, SpecOptions options, long totalSteps, Device device)
    {
        if (options.Adapter is not { } asked) throw new WorkerFailureException(FailureReasons.SpecInvalid, $"method.type {spec.Method.Type} is not supported for the format {spec.Format}.");
        using var generator = new Generator((ulong)options.Training.Seed, device);
        try
        {
            return Adapters.Attach(Model, asked.For(totalSteps, _tokenizer), generator);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new WorkerFailureException(FailureReasons.SpecInvalid, $"method.{spec.Method.Type}: {e.Message}", inner: e);
        }
    }

    public void Dispose() => Model.Dispose();

    private static T Refusing<T>(string what, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is CheckpointException or ModelConfigException or AdapterFormatException or FileNotFoundException or InvalidDataException or NotSupportedException)
        {
            throw new WorkerFailureException(FailureReasons.ModelInvalid, $"{what}: {e.Message}", inner: e);
        }
    }
}
