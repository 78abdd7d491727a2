using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Training.Bench.PlainPort;

/// <summary>transformers' LlamaRMSNorm, operator by operator.</summary>
internal sealed class PlainNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double _epsilon;

    public PlainNorm(long width, double epsilon)
        : base(nameof(PlainNorm))
    {
        (weight, _epsilon) = (new Parameter(ones(width)), epsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var variance = x.pow(2).mean([-1L], keepdim: true);
        return weight * (x * rsqrt(variance + _epsilon));
    }
}

/// <summary>transformers' LlamaMLP.</summary>
internal sealed class PlainMlp : nn.Module<Tensor, Tensor>
{
    private readonly Linear gate_proj, up_proj, down_proj;

    public PlainMlp(long hidden, long intermediate)
        : base(nameof(PlainMlp))
    {
        gate_proj = nn.Linear(hidden, intermediate, hasBias: false);
        up_proj = nn.Linear(hidden, intermediate, hasBias: false);
        down_proj = nn.Linear(intermediate, hidden, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => down_proj.forward(nn.functional.silu(gate_proj.forward(x)) * up_proj.forward(x));
}

/// <summary>PEFT's lora.Linear: the base, and beside it two small products whose scaled result is added.</summary>
internal sealed class PlainLora : nn.Module<Tensor, Tensor>
{
    private readonly Linear base_layer, lora_A, lora_B;
    private readonly double _scaling;

    public PlainLora(Linear layer, int rank, double scaling)
        : base(nameof(PlainLora))
    {
        base_layer = layer;
        lora_A = nn.Linear(layer.in_features, rank, hasBias: false);
        lora_B = nn.Linear(rank, layer.out_features, hasBias: false);
        nn.init.zeros_(lora_B.weight);
        _scaling = scaling;
        RegisterComponents();
    }

    public IEnumerable<Parameter> Factors => [lora_A.weight, lora_B.weight];

    public override Tensor forward(Tensor x) => base_layer.forward(x) + (lora_B.forward(lora_A.forward(x)) * _scaling);
}
