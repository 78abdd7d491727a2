using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Modeling.Bloom;

/// <summary>BLOOM (BigScience Workshop, 2022). Created without values; see <see cref="PretrainedModel"/>.</summary>
public sealed class BloomForCausalLm(BloomConfig config, ScalarType dtype, Device device)
    : HeadedDecoder(nameof(BloomForCausalLm), "transformer", new BloomModel(config, dtype, device), config, dtype, device)
{
    public override BloomConfig Config => config;

    protected override Tensor KeyBias(long keys, Tensor? attentionMask) => Alibi.Bias(config.Heads, keys, attentionMask, Dtype, Device);
}
