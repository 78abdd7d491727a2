using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Lora;

/// <summary>A trainable update of low rank of a frozen linear layer.</summary>
/// <remarks>
/// y = W x + s B A drop(x), s = alpha / r; A [r, in] uniform as a fresh linear layer's weight, B [out, r] zero.
/// Hu, Shen, Wallis, Allen-Zhu, Li, Wang, Wang, Chen: "LoRA: Low-Rank Adaptation of Large Language Models", 2021, section 4.1;
/// s = alpha / √r: Kalajdzievski, "A Rank Stabilization Scaling Factor for Fine-Tuning with LoRA", 2023.
/// Differs from the paper: A is not normal but uniform in ±1/√in, as its authors' code and PEFT have it; alpha is never tuned
/// away. The update is added to y by one matrix product that accumulates, so nothing of y's size is written twice.
/// </remarks>
public class LoraUpdate : LayerUpdate
{
    [ComponentName(Name = "lora_A")] private readonly LoraFactor _down;
    [ComponentName(Name = "lora_B")] private readonly LoraFactor _up;
    private readonly double _dropout;

    internal LoraUpdate(Linear layer, int rank, double scaling, LoraOptions options, string name = nameof(LoraUpdate))
        : base(name)
    {
        (Scaling, _dropout) = (scaling, options.Dropout);
        var device = layer.parameters().Concat(layer.buffers()).FirstOrDefault()?.device ?? CPU;
        _down = new LoraFactor(rank, layer.InFeatures, bias: false, device);
        _up = new LoraFactor(layer.OutFeatures, rank, options.UpBias, device);
        RegisterComponents();
    }

    /// <summary>s of the formula.</summary>
    public double Scaling { get; }

    /// <summary>A, [rank, in].</summary>
    public Parameter Down => _down.Weight;

    /// <summary>B, [out, rank].</summary>
    public Parameter Up => _up.Weight;

    /// <summary>[out], or null.</summary>
    public Parameter? UpBias => _up.Bias;

    public override IEnumerable<(string Key, Parameter Parameter)> Keys
    {
        get
        {
            yield return ("lora_A.weight", Down);
            yield return ("lora_B.weight", Up);
            if (UpBias is { } bias) yield return ("lora_B.bias", bias);
        }
    }

    public override Tensor Forward(Tensor x, Func<Tensor, Tensor> layer) // [..., in] -> [..., out]
    {
        using var y = layer(x);
        return x.dtype == Down.dtype && y.dtype == Down.dtype ? Updated(y, x) : UpdatedInFloat(y, x);
    }

    /// <summary>s B A in float32, [out, in].</summary>
    public Tensor Delta()
    {
        using var noGradients = no_grad();
        using var product = Up.mm(Down);
        return product.mul(Scaling);
    }

    public override void MergeInto(nn.Module<Tensor, Tensor> layer)
    {
        var linear = (Linear)layer;
        if (UpBias is not null && linear.Bias is null) throw new NotSupportedException("A LoRA whose up-projection has a bias can only be merged into layers that have one.");
        using var delta = Delta();
        linear.AddToWeight(delta);
        if (UpBias is not null) linear.Bias!.add_(UpBias, alpha: Scaling);
    }

    /// <summary>Whether inputs are dropped at the moment.</summary>
    protected bool Drops => training && _dropout > 0;

    /// <summary>The input, or what dropout leaves of it.</summary>
    protected Tensor Dropped(Tensor x) => Drops ? nn.functional.dropout(x, _dropout, training: true) : x.alias();

    private Tensor Updated(Tensor y, Tensor x)
    {
        using var dropped = Dropped(x);
        using var rows = dropped.reshape(-1, x.shape[^1]);                 // [rows, in]
        using var narrow = nn.functional.linear(rows, Down);               // [rows, rank]
        using var target = y.view(-1, y.shape[^1]);                        // [rows, out]
        using var up = Up.t();                                             // [rank, out]
        using var sum = addmm(target, narrow, up, beta: 1, alpha: (float)Scaling);
        if (UpBias is null) return sum.view(y.shape);
        using var shifted = sum.add(UpBias, alpha: Scaling);
        return shifted.view(y.shape);
    }

    /// <summary>The factors stay in float32 when the base computes in sixteen bits.</summary>
    private Tensor UpdatedInFloat(Tensor y, Tensor x)
    {
        using var wide = x.to_type(Down.dtype);
        using var start = y.to_type(Down.dtype);
        using var sum = Updated(start, wide);
        return sum.to_type(y.dtype);
    }
}
