using Platform.Peft.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Lycoris;

/// <summary>An additive update with the two dropouts of the LyCORIS library: of outputs, and of the whole update.</summary>
public abstract class LycorisUpdate : AdditiveUpdate
{
    private readonly double _rankDropout;
    private readonly double _moduleDropout;
    private readonly bool _rescales;

    /// <param name="rescales">whether the outputs that stay grow so that their mean stays</param>
    private protected LycorisUpdate(string name, double scaling, LycorisOptions options, bool rescales)
        : base(name) => (Scaling, _rankDropout, _moduleDropout, _rescales) = (scaling, options.RankDropout, options.ModuleDropout, rescales);

    /// <summary>alpha / rank.</summary>
    public double Scaling { get; }

    /// <summary>Δ x without dropout.</summary>
    protected abstract Tensor Product(Tensor x);

    protected override Tensor? Change(Tensor x)
    {
        if (training && _moduleDropout > 0)
        {
            using var draw = rand(1);
            if (draw.item<float>() <= _moduleDropout) return null;
        }

        if (!training || _rankDropout == 0) return Product(x);
        using var product = Product(x);
        using var stays = Stays(product.shape[^1], product.device);
        return product.mul(stays);
    }

    private Tensor Stays(long outputs, Device device)
    {
        using var drawn = rand(outputs, device: device);
        using var stays = drawn.gt(_rankDropout);
        var mask = stays.to_type(ScalarType.Float32);
        if (!_rescales) return mask;
        using (mask)
        {
            using var share = mask.mean();
            using var some = share.clamp_min(1f / outputs); // all dropped: nothing to rescale
            return mask.div(some);
        }
    }
}
