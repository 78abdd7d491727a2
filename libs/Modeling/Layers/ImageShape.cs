using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The size of images that learned positions bind a model to.</summary>
internal static class ImageShape
{
    /// <exception cref="ArgumentException">The tensor is no batch of such images.</exception>
    public static void Require(Tensor pixels, long channels, long height, long width)
    {
        if (pixels.dim() == 4 && pixels.shape[1] == channels && pixels.shape[2] == height && pixels.shape[3] == width) return;

        throw new ArgumentException(
            $"The pixels are [{string.Join(", ", pixels.shape)}]; the model takes [batch, {channels}, {height}, {width}]: resize the images as preprocessor_config.json says.");
    }
}
