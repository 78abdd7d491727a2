using Platform.FineTuning;
using Platform.FineTuning.Memory;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Modeling.Llama;
using Platform.Peft;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Training.Bench;

/// <summary>A step as the training loop takes it: objective, what the method adds, clipping, optimizer.</summary>
internal sealed class EngineStep : IVariant
{
    private readonly LlamaForCausalLm _model;
    private readonly IAdapter? _adapter;
    private readonly ITrainable _trained;
    private readonly SupervisedObjective _objective;
    private readonly Tensor[] _tensors;
    private readonly AdamW _optimizer;
    private readonly int[] _rows;
    private long _number;

    /// <param name="options">null: the whole model is trained</param>
    public EngineStep(Workload workload, AdapterOptions? options, Checkpointing checkpointing)
    {
        _model = workload.Model();
        using var generator = Seeds.Generator(2, CPU);
        _adapter = options is null ? null : Adapters.Attach(_model, options, generator);
        _trained = _adapter is null
            ? new TrainedParameters([.. _model.named_parameters().Select(pair => new TrainableParameter(pair.name, pair.parameter))])
            : new TrainedAdapter(_adapter);
        _tensors = [.. _trained.Parameters.Select(parameter => parameter.Tensor)];
        foreach (var tensor in _tensors) tensor.requires_grad_();
        _model.train();
        _objective = new(_model, workload.Rows()) { Checkpointing = checkpointing };
        _rows = [.. Enumerable.Range(0, workload.Batch)];
        _optimizer = new([new(_trained.Parameters)]);
    }

    public long TrainedValues => _tensors.Sum(tensor => tensor.numel());

    public double Step()
    {
        var weight = 1.0 / _objective.Count(_rows);
        var part = _objective.Learn(_rows, weight);
        using var sum = part.Sum;
        using var penalty = _trained.Penalty();
        penalty?.backward();
        var loss = (sum.item<float>() * weight) + (penalty?.item<float>() ?? 0);
        GradientClipping.ByNorm(_tensors, maxNorm: 1);
        _optimizer.Step(1e-4);
        _trained.AfterStep(++_number);
        foreach (var tensor in _tensors) tensor.grad = null;
        return loss;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _adapter?.Dispose();
        _model.Dispose();
    }
}
