using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Quantization.Calibration;

/// <summary>Samples on their way through a language model, block by block: only one block's inputs are kept at a time.</summary>
internal sealed class CalibrationRun : IDisposable
{
    private readonly CausalLanguageModel _model;
    private readonly List<ForwardContext> _contexts = [];
    private readonly List<Tensor> _hidden = [];

    /// <param name="samples">Token ids, each [batch, positions] without padding.</param>
    /// <exception cref="CalibrationException">There is no sample.</exception>
    public CalibrationRun(CausalLanguageModel model, IReadOnlyList<Tensor> samples)
    {
        if (samples.Count == 0) throw new CalibrationException("there is no calibration sample; give at least one.");
        _model = model;
        using var noGradients = no_grad();
        foreach (var sample in samples)
        {
            using var ids = sample.to(model.Device);
            var context = model.PrepareForward(ids);
            _contexts.Add(context);
            _hidden.Add(model.EmbedWhole(ids, context).DetachFromDisposeScope());
        }
    }

    /// <summary>Runs a block on every sample's present inputs; its outputs are dropped.</summary>
    public void Observe(int block)
    {
        using var noGradients = no_grad();
        for (var i = 0; i < _hidden.Count; i++) _model.RunBlock(block, _hidden[i], _contexts[i]).Dispose();
    }

    /// <summary>Makes a block's outputs the inputs of the next.</summary>
    public void Advance(int block)
    {
        using var noGradients = no_grad();
        for (var i = 0; i < _hidden.Count; i++)
        {
            using var input = _hidden[i];
            _hidden[i] = _model.RunBlock(block, input, _contexts[i]).DetachFromDisposeScope();
        }
    }

    public ForwardContext ContextOf(int sample) => _contexts[sample];

    public void Dispose()
    {
        foreach (var hidden in _hidden) hidden.Dispose();
        foreach (var context in _contexts) context.Dispose();
    }
}
