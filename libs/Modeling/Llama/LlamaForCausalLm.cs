using static TorchSharp.torch;

namespace Platform.Modeling.Llama;

/// <summary>
/// Llama (Touvron et al., 2023) and its relatives: what differs between them is in the config.
/// Created without values; see <see cref="PretrainedModel"/>.
/// </summary>
public class LlamaForCausalLm(LlamaConfig config, ScalarType dtype, Device device)
    : HeadedDecoder(nameof(LlamaForCausalLm), "model", new LlamaModel(config, dtype, device), config, dtype, device)
{
    public override LlamaConfig Config => config;
}
