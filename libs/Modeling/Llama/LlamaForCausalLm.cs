using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llama;

/// <summary>
/// Llama (Touvron et al., 2023) and its relatives: what differs between them is in the config.
/// Created without values; see <see cref="PretrainedModels"/> and <see cref="CausalLanguageModel.Initialize"/>.
/// </summary>
public sealed class LlamaForCausalLm : CausalLanguageModel
{
    [ComponentName(Name = "model")] private readonly LlamaModel _model;
    [ComponentName(Name = "lm_head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly LlamaConfig _config;

    public LlamaForCausalLm(LlamaConfig config, ScalarType dtype, Device device)
        : base(nameof(LlamaForCausalLm))
    {
        _config = config;
        _model = new LlamaModel(config, dtype, device);
        _head = config.TieWordEmbeddings
            ? new TiedLinear(_model.TokenEmbedding)
            : new Linear(config.HiddenSize, config.VocabularySize, bias: false, dtype, device);
        RegisterComponents();
    }

    public override ModelConfig Config => _config;

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _model.Blocks;

    public override ScalarType Dtype => _model.TokenEmbedding.Weight.dtype;

    public override Device Device => _model.TokenEmbedding.Weight.device;

    public override Tensor Embed(Tensor inputIds) => _model.Embed(inputIds);

    public override Tensor FinalNorm(Tensor hidden) => _model.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    public override ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        var (count, past) = (inputIds.shape[1], cache?.Length ?? 0);
        using var counted = positionIds is null ? arange(past, past + count, ScalarType.Int64, Device).unsqueeze_(0) : null;
        return new ForwardContext(
            RotaryEmbedding.Angles(_config.Rotary, (int)_config.HeadWidth, positionIds ?? counted!, Dtype),
            new AttentionPattern(count, past, attentionMask, positionIds, Dtype, Device),
            cache);
    }
}
