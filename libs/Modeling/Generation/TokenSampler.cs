using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>
/// Chooses a token per row from logits: temperature, then top-k (Fan et al., 2018), then top-p (Holtzman et al., 2020).
/// Differs from the papers: none; the order of the filters is that of transformers.
/// </summary>
public sealed class TokenSampler : IDisposable
{
    private readonly GenerationOptions _options;
    private readonly Generator? _generator;

    public TokenSampler(GenerationOptions options, Device device)
    {
        _options = options;
        _generator = options.Sample ? Seeds.Generator(options.Seed, device) : null;
    }

    /// <param name="logits">[batch, vocabulary]</param>
    /// <returns>int64 [batch]</returns>
    public Tensor Choose(Tensor logits)
    {
        if (_generator is null) return logits.argmax(-1);

        using var scope = NewDisposeScope();
        var scores = logits.to(ScalarType.Float32).div(_options.Temperature);
        if (_options.TopK > 0 && _options.TopK < scores.shape[^1]) scores = OnlyTop(scores, _options.TopK);
        if (_options.TopP < 1) scores = OnlyMass(scores, _options.TopP);
        return scores.softmax(-1).multinomial(1, generator: _generator).squeeze(-1).MoveToOuterDisposeScope();
    }

    private static Tensor OnlyTop(Tensor scores, int count)
    {
        var smallest = scores.topk(count, -1).values.narrow(-1, count - 1, 1);
        return scores.masked_fill(scores.lt(smallest), float.NegativeInfinity);
    }

    /// <summary>Keeps every token that begins below the mass, so always the likeliest.</summary>
    private static Tensor OnlyMass(Tensor scores, double mass)
    {
        var (sorted, order) = scores.sort(-1, descending: true);
        var probabilities = sorted.softmax(-1);
        var begins = probabilities.cumsum(-1).sub(probabilities);
        var dropped = zeros_like(scores, dtype: ScalarType.Bool).scatter(-1, order, begins.ge(mass));
        return scores.masked_fill(dropped, float.NegativeInfinity);
    }

    public void Dispose() => _generator?.Dispose();
}
