using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>The image tower alone, as LLaVA and others build on it; with a projection it embeds images in the space of the texts.</summary>
public sealed class ClipVisionModel : ImageEncoder
{
    [ComponentName(Name = "vision_model")] private readonly ClipVisionTransformer _tower;
    [ComponentName(Name = "visual_projection")] private readonly nn.Module<Tensor, Tensor>? _projection;

    public ClipVisionModel(ClipVisionConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipVisionModel))
    {
        Config = config;
        _tower = new ClipVisionTransformer(config, dtype, device);
        _projection = config.ClassName == ClipFamily.ProjectedVision ? new Linear(config.HiddenSize, config.ProjectionSize, bias: false, dtype, device) : null;
        RegisterComponents();
    }

    public override ClipVisionConfig Config { get; }

    public override Tensor HiddenStates(Tensor pixels, Action<Tensor>? onHidden = null) => _tower.HiddenState(pixels, onHidden: onHidden);

    /// <inheritdoc cref="ClipVisionTransformer.HiddenState"/>
    public Tensor HiddenState(Tensor pixels, int layer, Action<Tensor>? onHidden = null) => _tower.HiddenState(pixels, layer, onHidden);

    /// <summary>The class token, normed, and projected if the model has a projection.</summary>
    public override Tensor Pooled(Tensor hidden)
    {
        var pooled = _tower.Pooled(hidden);
        if (_projection is null) return pooled;

        using (pooled) return _projection.call(pooled);
    }

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (!ClipInitialization.Vision(Config, parameterName, parameter, generator)) base.InitializeParameter(parameterName, parameter, generator);
    }
}
