using Platform.Modeling.Clip;
using Platform.Modeling.Layers;
using Platform.Modeling.Llama;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Llava;

/// <summary>
/// LLaVA (Liu et al., 2023): a decoder that reads an image's features in the places of its image tokens. Without images it is the
/// decoder alone; <see cref="Seeing"/> gives it some.
/// </summary>
public sealed class LlavaForConditionalGeneration : CausalLanguageModel
{
    private const string Body = "model";

    [ComponentName(Name = Body)] private readonly LlavaModel _model;
    [ComponentName(Name = "lm_head")] private readonly nn.Module<Tensor, Tensor> _head;
    private readonly LlamaForCausalLm _decoder;

    /// <param name="decoder">gives up its parts, which lie here under this model's names</param>
    public LlavaForConditionalGeneration(LlavaConfig config, LlamaForCausalLm decoder, ScalarType dtype, Device device)
        : base(nameof(LlavaForConditionalGeneration))
    {
        Config = config;
        _decoder = decoder;
        var parts = decoder.named_children().ToDictionary(child => child.name, child => child.module);
        _model = new LlavaModel(config, parts[Body], dtype, device);
        _head = (nn.Module<Tensor, Tensor>)parts[decoder.HeadName];
        RegisterComponents();
    }

    public override LlavaConfig Config { get; }

    public ClipVisionModel VisionTower => _model.Tower;

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _decoder.Blocks;

    public override ScalarType Dtype => _decoder.Dtype;

    public override Device Device => _decoder.Device;

    /// <summary>The model looking at images, for generation, scoring and training: a view that owns nothing.</summary>
    /// <param name="pixels">[images, channels, size, size], in the order of their tokens; stays the caller's and must outlive the view</param>
    public CausalLanguageModel Seeing(Tensor pixels) => new SeeingLlava(this, pixels);

    /// <param name="pixels">[images, channels, size, size]</param>
    /// <returns>what stands in the places of the image tokens: [images, tokens per image, hidden]</returns>
    public Tensor ImageFeatures(Tensor pixels)
    {
        using var cast = pixels.to(Dtype);
        return _model.ImageFeatures(cast);
    }

    private protected override PretrainedModel? TextBody => _decoder;

    public override ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null) =>
        _decoder.PrepareForward(inputIds, attentionMask, positionIds, cache);

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => context.ImageFeatures is { } features
        ? ImageTokens.Embed(inputIds, Config, features, ids => _decoder.Embed(ids, context))
        : _decoder.Embed(inputIds, context);

    public override Tensor FinalNorm(Tensor hidden) => _decoder.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _head.call(hidden);

    public override Tensor? AuxiliaryLoss(ForwardContext context) => _decoder.AuxiliaryLoss(context);

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (parameterName.Contains(".vision_tower.", StringComparison.Ordinal)) VisionTower.InitializeParameter(parameterName, parameter, generator);
        else _decoder.InitializeParameter(parameterName, parameter, generator);
    }

    // Not registered: its parts are, under this model's own names.
    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoder.Dispose();
        base.Dispose(disposing);
    }
}
