using Platform.Modeling;
using Platform.Peft.Layers;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Peft.Vera;

/// <summary>The two random matrices that all layers of a VeRA adapter share; each layer takes what it needs of their edges. Never trained.</summary>
/// <remarks>
/// Both are uniform in ±√(6 / columns), Kaiming's bound for a rectifier, drawn one after the other from one seed as in PEFT.
/// </remarks>
internal sealed class VeraProjections(Tensor down, Tensor up) : IDisposable
{
    /// <summary>A, [rank, largest in].</summary>
    public Tensor Down { get; } = down;

    /// <summary>B, [largest out, rank].</summary>
    public Tensor Up { get; } = up;

    /// <summary>By their keys in the adapter's file.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Keys => [("base_model.vera_A", Down), ("base_model.vera_B", Up)];

    public static VeraProjections For(PretrainedModel model, VeraOptions options)
    {
        var layers = LayerTargets.Of(model, options, module => module is Linear).Select(target => (Linear)target.Layer).ToList();
        var device = layers[0].parameters().Concat(layers[0].buffers()).FirstOrDefault()?.device ?? CPU;
        using var generator = new Generator((ulong)options.Seed);
        return new VeraProjections(
            Drawn(options.Rank, layers.Max(layer => layer.InFeatures), generator, device),
            Drawn(layers.Max(layer => layer.OutFeatures), options.Rank, generator, device));
    }

    public void Dispose()
    {
        Down.Dispose();
        Up.Dispose();
    }

    private static Tensor Drawn(long rows, long columns, Generator generator, Device device)
    {
        var bound = Math.Sqrt(3) * (Math.Sqrt(2) / Math.Sqrt(columns));
        using var drawn = empty(rows, columns, ScalarType.Float32);
        drawn.uniform_(-bound, bound, generator);
        return drawn.to(device, copy: true).DetachFromDisposeScope();
    }
}
