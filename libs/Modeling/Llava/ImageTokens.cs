using static TorchSharp.torch;

namespace Platform.Modeling.Llava;

/// <summary>Puts the features of images in the places of the image tokens, in order.</summary>
internal static class ImageTokens
{
    /// <param name="inputIds">int64 [batch, positions]</param>
    /// <param name="features">[images, tokens per image, hidden]</param>
    /// <param name="embed">what the decoder makes of ids</param>
    /// <returns>[batch, positions, hidden]</returns>
    /// <exception cref="ArgumentException">There are not as many image tokens as features.</exception>
    public static Tensor Embed(Tensor inputIds, LlavaConfig config, Tensor features, Func<Tensor, Tensor> embed)
    {
        using var scope = NewDisposeScope();
        var places = inputIds.eq(config.ImageTokenId);
        var (count, needed) = (places.sum().item<long>(), features.shape[0] * features.shape[1]);
        if (count != needed)
        {
            throw new ArgumentException(
                $"The texts have {count} image tokens (id {config.ImageTokenId}); {features.shape[0]} images need {needed}: write the token {features.shape[1]} times for each image.");
        }

        // Any id will do where a feature goes; the image token's own may lie outside of the vocabulary.
        var embedded = embed(inputIds.masked_fill(places, 0));
        var everywhere = places.unsqueeze(-1).expand_as(embedded);
        return embedded.masked_scatter(everywhere, features.to(embedded.dtype)).MoveToOuterDisposeScope();
    }
}
