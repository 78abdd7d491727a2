using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>One factor of an update: float32, named as in PEFT's file. Its numbers come from <see cref="LoraInitialization"/> or a file.</summary>
internal sealed class LoraFactor : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")] private readonly Parameter _weight;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;

    public LoraFactor(long rows, long columns, bool bias, Device device)
        : base(nameof(LoraFactor))
    {
        _weight = new Parameter(zeros(rows, columns, ScalarType.Float32, device));
        _bias = bias ? new Parameter(zeros(rows, ScalarType.Float32, device)) : null;
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public Parameter? Bias => _bias;

    public override Tensor forward(Tensor x) => nn.functional.linear(x, _weight, _bias);
}
