using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Modeling.Clip;

/// <summary>
/// Two towers that map images and the texts describing them to the same place (Radford et al., 2021).
/// loss = ½ (cross-entropy over the texts of each image + over the images of each text). Differs from the paper: none.
/// </summary>
public sealed class ClipModel : PretrainedModel
{
    [ComponentName(Name = "text_model")] private readonly ClipTextTransformer _text;
    [ComponentName(Name = "vision_model")] private readonly ClipVisionTransformer _vision;
    [ComponentName(Name = "visual_projection")] private readonly nn.Module<Tensor, Tensor> _visualProjection;
    [ComponentName(Name = "text_projection")] private readonly nn.Module<Tensor, Tensor> _textProjection;
    [ComponentName(Name = "logit_scale")] private readonly Parameter _logitScale; // [], the logarithm

    public ClipModel(ClipConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipModel))
    {
        Config = config;
        _text = new ClipTextTransformer(config.Text, dtype, device);
        _vision = new ClipVisionTransformer(config.Vision, dtype, device);
        _visualProjection = new Linear(config.Vision.HiddenSize, config.ProjectionSize, bias: false, dtype, device);
        _textProjection = new Linear(config.Text.HiddenSize, config.ProjectionSize, bias: false, dtype, device);
        _logitScale = new Parameter(empty([], dtype: dtype, device: device));
        RegisterComponents();
    }

    public override ClipConfig Config { get; }

    /// <param name="pixels">[batch, channels, size, size]</param>
    /// <param name="onHidden">is shown the first block's input and every block's output, each valid during the call</param>
    /// <returns>[batch, projection], of length one</returns>
    public Tensor ImageEmbeddings(Tensor pixels, Action<Tensor>? onHidden = null)
    {
        using var hidden = _vision.HiddenState(pixels, onHidden: onHidden);
        using var pooled = _vision.Pooled(hidden);
        using var projected = _visualProjection.call(pooled);
        return Unit(projected);
    }

    /// <inheritdoc cref="ImageEmbeddings"/>
    public Tensor TextEmbeddings(TextInputs inputs, Action<Tensor>? onHidden = null)
    {
        using var hidden = _text.HiddenStates(inputs, onHidden);
        using var pooled = _text.Pooled(hidden, inputs.InputIds);
        using var projected = _textProjection.call(pooled);
        return Unit(projected);
    }

    /// <summary>How well each text fits each image; transposed, how well each image fits each text.</summary>
    /// <returns>[texts, images]</returns>
    public Tensor LogitsPerText(Tensor textEmbeddings, Tensor imageEmbeddings)
    {
        using var images = imageEmbeddings.t();
        using var similarity = textEmbeddings.matmul(images);
        using var scale = _logitScale.exp();
        return similarity.mul(scale);
    }

    /// <param name="logitsPerText">[pairs, pairs]; text i belongs to image i</param>
    /// <returns>a scalar</returns>
    public static Tensor ContrastiveLoss(Tensor logitsPerText)
    {
        using var scope = NewDisposeScope();
        var pairs = arange(logitsPerText.shape[0], ScalarType.Int64, logitsPerText.device);
        var ofTexts = nn.functional.cross_entropy(logitsPerText, pairs);
        var ofImages = nn.functional.cross_entropy(logitsPerText.t(), pairs);
        return ((ofTexts + ofImages) / 2).MoveToOuterDisposeScope();
    }

    protected internal override void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (parameterName == "logit_scale") parameter.fill_(Config.LogitScale);
        else if (parameterName.StartsWith("vis", StringComparison.Ordinal)
            ? !ClipInitialization.Vision(Config.Vision, parameterName, parameter, generator)
            : !ClipInitialization.Text(Config.Text, parameterName, parameter, generator)) base.InitializeParameter(parameterName, parameter, generator);
    }

    private static Tensor Unit(Tensor x)
    {
        using var length = x.norm(-1, keepdim: true, 2f);
        return x.div(length);
    }
}
