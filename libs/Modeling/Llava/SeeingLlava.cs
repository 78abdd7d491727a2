using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Modeling.Llava;

/// <summary>A LLaVA together with the images of its prompts. Nothing is registered here: parameters are the model's.</summary>
internal sealed class SeeingLlava(LlavaForConditionalGeneration model, Tensor pixels) : CausalLanguageModel(nameof(SeeingLlava))
{
    public override LlavaConfig Config => model.Config;

    public override IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks => model.Blocks;

    public override ScalarType Dtype => model.Dtype;

    public override Device Device => model.Device;

    /// <inheritdoc/>
    /// <remarks>The images are looked at in the pass that reads the prompts; with a cache, later passes know them from there.</remarks>
    public override ForwardContext PrepareForward(Tensor inputIds, Tensor? attentionMask = null, Tensor? positionIds = null, KeyValueCache? cache = null)
    {
        var context = model.PrepareForward(inputIds, attentionMask, positionIds, cache);
        try
        {
            if (cache is null or { Length: 0 }) context.ImageFeatures = model.ImageFeatures(pixels).DetachFromDisposeScope();
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    public override Tensor Embed(Tensor inputIds, ForwardContext context) => model.Embed(inputIds, context);

    public override Tensor FinalNorm(Tensor hidden) => model.FinalNorm(hidden);

    public override Tensor Head(Tensor hidden) => model.Head(hidden);

    public override Tensor? AuxiliaryLoss(ForwardContext context) => model.AuxiliaryLoss(context);
}
