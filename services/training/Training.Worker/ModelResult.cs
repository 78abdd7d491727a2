using Platform.FineTuning;
using Platform.FineTuning.Tasks;
using Platform.Protos.Training.V1;
using Platform.Quantization.Checkpoints;
using Platform.Workers;

namespace Platform.Training.Worker;

/// <summary>Every parameter of the model, published as a Hugging Face folder with the tokenizer and all else that lay beside the base's weights.</summary>
internal sealed class ModelResult : IRunResult
{
    private readonly TaskModel _model;

    private ModelResult(TaskModel model)
    {
        _model = model;
        foreach (var (_, parameter) in model.Parameters) parameter.requires_grad = true;
        Trained = new TrainedParameters([.. model.Parameters.Select(item => new FineTuning.Optimizers.TrainableParameter(item.Name, item.Parameter))]);
    }

    public ITrainable Trained { get; }

    /// <exception cref="WorkerFailureException">The model is in four bits, which no gradient can move.</exception>
    public static ModelResult Of(TaskModel model) => QuantizedModels.IsQuantized(model.Source.Folder)
        ? throw new WorkerFailureException(FailureReasons.SpecInvalid, "method.type is 'full' and the model is in four bits, which cannot be trained; give the model that it was made from, or take an adapter such as lora.")
        : new(model);

    public async Task PublishAsync(Checkpoint checkpoint, WorkerRun run, CancellationToken stop)
    {
        var folder = Path.Combine(run.Scratch, "model");
        _model.Save(folder);
        checkpoint.Model = await run.PublishFolderAsync(folder, "model", stop);
    }

    public void Dispose()
    {
        // The parameters are the model's.
    }
}
