using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Gemma2;

/// <summary>Gemma 2 and 3: embeddings times √hidden, norms stored around one, bounded logits. What differs between them is in the config.</summary>
public sealed class Gemma2ForCausalLm(Gemma2Config config, ScalarType dtype, Device device) : LlamaForCausalLm(config, dtype, device)
{
    public override Tensor Embed(Tensor inputIds, ForwardContext context)
    {
        using var tokens = base.Embed(inputIds, context);
        using var scale = tensor(Math.Sqrt(config.HiddenSize), dtype: tokens.dtype, device: tokens.device); // rounded to the type, as in training
        return tokens.mul(scale);
    }

    public override Tensor Head(Tensor hidden)
    {
        if (config.LogitSoftCap is not { } cap) return base.Head(hidden);

        using var logits = base.Head(hidden);
        return ExplicitAttention.Capped(logits, cap);
    }

    public override Tensor? HeadWeight => config.LogitSoftCap is null ? base.HeadWeight : null;

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (parameterName.EndsWith("norm.weight", StringComparison.Ordinal)) nn.init.zeros_(parameter);
        else base.InitializeParameter(parameterName, parameter, generator);
    }
}
