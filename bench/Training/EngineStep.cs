using Platform.FineTuning;
using Platform.FineTuning.Memory;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Modeling.Llama;
using Platform.Peft;
using Platform.Peft.Lora;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Training.Bench;

/// <summary>A step as the training loop takes it: objective, clipping, optimizer.</summary>
internal sealed class EngineStep : IVariant
{
    private readonly LlamaForCausalLm _model;
    private readonly IAdapter? _adapter;
    private readonly SupervisedObjective _objective;
    private readonly TrainableParameter[] _parameters;
    private readonly Tensor[] _tensors;
    private readonly AdamW _optimizer;
    private readonly int[] _rows;

    public EngineStep(Workload workload, Method method, Checkpointing checkpointing)
    {
        _model = workload.Model();
        using var generator = Seeds.Generator(2, CPU);
        _adapter = method == Method.Lora
            ? Adapters.Attach(_model, new LoraOptions { Rank = Workload.Rank, Alpha = 2 * Workload.Rank, TargetModules = ModulePattern.List(Workload.Adapted) }, generator)
            : null;
        _parameters = _adapter is null
            ? [.. _model.named_parameters().Select(pair => new TrainableParameter(pair.name, pair.parameter))]
            : [.. _adapter.Parameters.Select(item => new TrainableParameter(item.Name, item.Parameter))];
        foreach (var (_, tensor) in _parameters) tensor.requires_grad_();
        _model.train();
        _tensors = [.. _parameters.Select(parameter => parameter.Tensor)];
        _objective = new(_model, workload.Rows()) { Checkpointing = checkpointing };
        _rows = [.. Enumerable.Range(0, workload.Batch)];
        _optimizer = new([new(_parameters)]);
    }

    public double Step()
    {
        var weight = 1.0 / _objective.Count(_rows);
        var part = _objective.Learn(_rows, weight);
        using var sum = part.Sum;
        var loss = sum.item<float>() * weight;
        GradientClipping.ByNorm(_tensors, maxNorm: 1);
        _optimizer.Step(1e-4);
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
