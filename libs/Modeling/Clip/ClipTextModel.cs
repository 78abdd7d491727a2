using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>The text tower alone; with a projection it embeds texts in the space of the images.</summary>
public sealed class ClipTextModel : TextEncoder
{
    [ComponentName(Name = "text_model")] private readonly ClipTextTransformer _tower;
    [ComponentName(Name = "text_projection")] private readonly nn.Module<Tensor, Tensor>? _projection;

    public ClipTextModel(ClipTextConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipTextModel))
    {
        Config = config;
        _tower = new ClipTextTransformer(config, dtype, device);
        _projection = config.ClassName == ClipFamily.ProjectedText ? new Linear(config.HiddenSize, config.ProjectionSize, bias: false, dtype, device) : null;
        RegisterComponents();
    }

    public override ClipTextConfig Config { get; }

    public override Tensor HiddenStates(TextInputs inputs, Action<Tensor>? onHidden = null) => _tower.HiddenStates(inputs, onHidden);

    /// <summary>The state at each text's end, projected if the model has a projection.</summary>
    public override Tensor Pooled(Tensor hidden, TextInputs inputs)
    {
        var pooled = _tower.Pooled(hidden, inputs.InputIds);
        if (_projection is null) return pooled;

        using (pooled) return _projection.call(pooled);
    }

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (!ClipInitialization.Text(Config, parameterName, parameter, generator)) base.InitializeParameter(parameterName, parameter, generator);
    }
}
