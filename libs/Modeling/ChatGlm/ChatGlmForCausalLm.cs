using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>
/// ChatGLM2 and ChatGLM3 (GLM Team, 2024) as published: half of each head rotated in neighbouring pairs, one projection for queries,
/// keys and values. Padding on the left attends to everything, which nothing reads.
/// </summary>
public sealed class ChatGlmForCausalLm : CausalLanguageModel
{
    [ComponentName(Name = "transformer")] private readonly ChatGlmModel _transformer;

    public ChatGlmForCausalLm(ChatGlmConfig config, ScalarType dtype, Device device)
        : base(nameof(ChatGlmForCausalLm))
    {
        Config = config;
        _transformer = new ChatGlmModel(config, dtype, device);
        RegisterComponents();
    }

    public override ChatGlmConfig Config { get; }

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => _transformer.Blocks;

    public override string HeadName => "transformer.output_layer";

    protected override bool PaddingSeesAll => true;

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => _transformer.Embed(inputIds);

    public override Tensor FinalNorm(Tensor hidden) => _transformer.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => _transformer.Head(hidden);
}
