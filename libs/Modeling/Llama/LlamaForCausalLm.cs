using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llama;

/// <summary>
/// Llama (Touvron et al., 2023) and its relatives: what differs between them is in the config.
/// Created without values; see <see cref="PretrainedModel"/>.
/// </summary>
public class LlamaForCausalLm : CausalLanguageModel
{
    [ComponentName(Name = "model")] private readonly LlamaModel _model;
    [ComponentName(Name = "lm_head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly LlamaConfig _config;

    public LlamaForCausalLm(LlamaConfig config, ScalarType dtype, Device device)
        : base(nameof(LlamaForCausalLm))
    {
        _config = config;
        _model = new LlamaModel(config, dtype, device);
        _head = TiedLinear.Head(config, _model.TokenEmbedding, dtype, device);
        RegisterComponents();
    }

    public override LlamaConfig Config => _config;

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _model.Blocks;

    public override ScalarType Dtype => _model.TokenEmbedding.Weight.dtype;

    public override Device Device => _model.TokenEmbedding.Weight.device;

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => _model.Embed(inputIds);

    public override Tensor FinalNorm(Tensor hidden) => _model.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _head.call(hidden);
}
