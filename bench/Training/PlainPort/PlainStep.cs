using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Training.Bench.PlainPort;

/// <summary>A step as the Trainer of transformers takes it, with TorchSharp's own optimizer, one dispose scope around all.</summary>
internal sealed class PlainStep : IVariant
{
    private readonly PlainLlama _model;
    private readonly List<Parameter> _trained = [];
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _ids;

    public PlainStep(Workload workload, Method method)
    {
        List<PlainLora> adapters = [];
        _model = new(workload.Config, method == Method.Full ? layer => layer : Adapt);
        Copy(workload);
        _model.train();
        if (method == Method.Full)
        {
            _trained.AddRange(_model.parameters());
        }
        else
        {
            foreach (var parameter in _model.parameters()) parameter.requires_grad_(false);
            _trained.AddRange(adapters.SelectMany(adapter => adapter.Factors));
            foreach (var parameter in _trained) parameter.requires_grad_();
        }

        _optimizer = optim.AdamW(_trained, lr: 1e-4, weight_decay: 0);
        _ids = workload.Ids();

        nn.Module<Tensor, Tensor> Adapt(Linear layer)
        {
            adapters.Add(new(layer, Workload.Rank, scaling: 2));
            return adapters[^1];
        }
    }

    public double Step()
    {
        using var scope = NewDisposeScope();
        var loss = _model.Loss(_ids);
        loss.backward();
        nn.utils.clip_grad_norm_(_trained, 1);
        _optimizer.step();
        _optimizer.zero_grad();
        return loss.item<float>();
    }

    /// <summary>The engine's first weights, so that both begin with the same loss.</summary>
    private void Copy(Workload workload)
    {
        using var noGradients = no_grad();
        using var model = workload.Model();
        var values = model.named_parameters().ToDictionary(pair => pair.name.Replace("model.", "", StringComparison.Ordinal), pair => pair.parameter);
        foreach (var (name, parameter) in _model.named_parameters())
        {
            if (values.TryGetValue(name.Replace(".base_layer", "", StringComparison.Ordinal), out var value)) parameter.copy_(value);
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _ids.Dispose();
    }
}
