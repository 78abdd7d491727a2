using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>Draws a token per row from the softmax of scores: the first whose cumulated probability exceeds a uniform number.</summary>
public sealed class TokenSampler(long seed)
{
    private readonly RandomDraws _draws = new(seed);

    /// <param name="scores">float32 [rows, vocabulary]</param>
    /// <param name="place">which new token this is; the rows' numbers differ from place to place</param>
    /// <returns>[rows]</returns>
    /// <exception cref="InvalidOperationException">Every token of a row is forbidden.</exception>
    public long[] Choose(Tensor scores, int place)
    {
        using var probabilities = scores.softmax(-1);
        using var cumulated = probabilities.cumsum(-1, ScalarType.Float64);             // what is forbidden adds nothing
        using var total = cumulated.narrow(-1, cumulated.shape[1] - 1, 1);
        using var draws = tensor([.. Enumerable.Range(0, (int)scores.shape[0]).Select(row => _draws.Uniform(row, place))], scores.shape[0], 1, device: scores.device);
        draws.mul_(total);                                                              // below the total, since a draw is at most 1 - 2⁻³²
        using var chosen = searchsorted(cumulated, draws, right: true);
        using var host = chosen.cpu();
        var tokens = host.data<long>().ToArray();
        var none = Array.FindIndex(tokens, token => token >= scores.shape[1]);
        return none < 0 ? tokens : throw new InvalidOperationException($"Nothing is left to choose from in row {none}: the filters forbid every token, or the model's logits are not numbers.");
    }
}
