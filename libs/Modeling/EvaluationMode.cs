using TorchSharp;

namespace Platform.Modeling;

/// <summary>Switches what only training does (dropout, noise) off until it is disposed.</summary>
public readonly struct EvaluationMode : IDisposable
{
    private readonly torch.nn.Module? _training;

    public EvaluationMode(torch.nn.Module module)
    {
        if (!module.training) return;
        _training = module;
        module.eval();
    }

    public void Dispose() => _training?.train();
}
