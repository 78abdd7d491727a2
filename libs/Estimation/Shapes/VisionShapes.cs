namespace Platform.Estimation.Shapes;

/// <summary>Models that see: ViT, the two towers of CLIP, and LLaVA, whose language model looks through one of them.</summary>
internal static class VisionShapes
{
    public static ModelShape Vit(Figures figures)
    {
        var weights = new WeightList();
        var blocks = Blocks(figures);
        Patches(weights, figures, blocks.HiddenSize, bias: true);
        TextEncoderShapes.Stack(weights, blocks, blocks.Layers, figures.Flag("qkv_bias", true));
        weights.Norms("layernorm", blocks.HiddenSize, 1, bias: true);
        if (figures.Architecture.EndsWith("ForImageClassification", StringComparison.Ordinal)) weights.Linear(WeightGroup.Other, "classifier", figures.Labels, blocks.HiddenSize, bias: true);
        else weights.Linear(WeightGroup.Other, "pooler.dense", blocks.HiddenSize, blocks.HiddenSize, bias: true);
        return new() { ModelType = figures.ModelType, Blocks = blocks, Weights = weights.Weights };
    }

    public static ModelShape Clip(Figures figures)
    {
        var weights = new WeightList();
        var (text, width) = (figures.Part("text_config"), figures.SizeOr(512, "projection_dim"));
        var (texts, images) = (Blocks(text), Blocks(figures.Part("vision_config")));
        weights.Embedding("token_embedding", text.SizeOr(49408, "vocab_size"), texts.HiddenSize);
        weights.Positions("position_embedding", text.SizeOr(77, "max_position_embeddings"), texts.HiddenSize);
        TextEncoderShapes.Stack(weights, texts, texts.Layers);
        weights.Norms("final_layer_norm", texts.HiddenSize, 1, bias: true);
        Tower(weights, figures.Part("vision_config"), images);
        weights.Linear(WeightGroup.Other, "text_projection", width, texts.HiddenSize, bias: false);
        weights.Linear(WeightGroup.Other, "visual_projection", width, images.HiddenSize, bias: false);
        weights.Add(WeightGroup.Other, "logit_scale", []);
        return new() { ModelType = figures.ModelType, Blocks = images, Vocabulary = text.SizeOr(49408, "vocab_size"), Weights = weights.Weights };
    }

    public static ModelShape Llava(Figures figures)
    {
        var text = LlamaShapes.Of(figures.Part("text_config"));
        var images = Blocks(figures.Part("vision_config"));
        var weights = new WeightList();
        Tower(weights, figures.Part("vision_config"), images);
        weights.Linear(WeightGroup.Other, "multi_modal_projector.linear_1", text.Blocks.HiddenSize, images.HiddenSize, bias: true);
        weights.Linear(WeightGroup.Other, "multi_modal_projector.linear_2", text.Blocks.HiddenSize, text.Blocks.HiddenSize, bias: true);
        return text with { ModelType = figures.ModelType, Weights = [.. weights.Weights, .. text.Weights] };
    }

    /// <summary>CLIP's image encoder: a norm before its blocks and one after.</summary>
    private static void Tower(WeightList weights, Figures figures, BlockShape blocks)
    {
        Patches(weights, figures, blocks.HiddenSize, bias: false);
        TextEncoderShapes.Stack(weights, blocks, blocks.Layers);
        weights.Norms("layernorm", blocks.HiddenSize, 2, bias: true);
    }

    private static void Patches(WeightList weights, Figures figures, long hidden, bool bias)
    {
        var (image, patch, channels) = (figures.SizeOr(224, "image_size"), Math.Max(1, figures.SizeOr(16, "patch_size")), figures.SizeOr(3, "num_channels"));
        weights.Add(WeightGroup.Other, "patch_embeddings.weight", [hidden, channels, patch, patch]);
        if (bias) weights.Add(WeightGroup.Other, "patch_embeddings.bias", [hidden]);
        weights.Add(WeightGroup.Other, "cls_token", [hidden]);
        weights.Positions("position_embeddings", image / patch * (image / patch) + 1, hidden);
    }

    private static BlockShape Blocks(Figures figures)
    {
        var (hidden, heads) = (figures.Size("hidden_size"), figures.Size("num_attention_heads"));
        return new(figures.Size("num_hidden_layers"), hidden, heads, heads, hidden / Math.Max(1, heads), figures.Size("intermediate_size"), Gated: false);
    }
}
