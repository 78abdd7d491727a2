using static TorchSharp.torch;

namespace Platform.Modeling.Gpt2;

/// <summary>GPT-2 (Radford et al., 2019). Created without values; see <see cref="PretrainedModel"/>.</summary>
public sealed class Gpt2LmHeadModel(Gpt2Config config, ScalarType dtype, Device device)
    : HeadedDecoder(nameof(Gpt2LmHeadModel), "transformer", new Gpt2Model(config, dtype, device), config, dtype, device)
{
    public override Gpt2Config Config => config;

    /// <summary>As in the paper, the projections that add to the residual are smaller by √(their number).</summary>
    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (parameterName.EndsWith("c_proj.weight", StringComparison.Ordinal)) parameter.normal_(0, config.InitializerRange / Math.Sqrt(2.0 * config.Layers), generator);
        else base.InitializeParameter(parameterName, parameter, generator);
    }
}
