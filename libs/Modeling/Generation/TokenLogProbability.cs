using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>How likely the model found a chosen token, before penalties, temperature and filters.</summary>
/// <param name="LogProbability">the natural logarithm</param>
/// <param name="Top">the likeliest tokens of that place, likeliest first</param>
public sealed record TokenLogProbability(int Token, double LogProbability, IReadOnlyList<(int Token, double LogProbability)> Top)
{
    /// <param name="logits">[rows, vocabulary]</param>
    /// <param name="top">how many of the likeliest tokens to give</param>
    internal static TokenLogProbability[] Of(Tensor logits, long[] chosen, int top)
    {
        using var scope = NewDisposeScope();
        var logs = logits.to(ScalarType.Float32).log_softmax(-1);
        var own = logs.gather(1, tensor(chosen, chosen.Length, 1, device: logits.device)).cpu().data<float>().ToArray();
        if (top == 0) return [.. chosen.Select((token, row) => new TokenLogProbability((int)token, own[row], []))];

        top = (int)Math.Min(top, logits.shape[1]);
        var (values, indices) = logs.topk(top, -1);
        var (likeliest, ids) = (values.cpu().data<float>().ToArray(), indices.cpu().data<long>().ToArray());
        return [.. chosen.Select((token, row) => new TokenLogProbability(
            (int)token, own[row], [.. Enumerable.Range(row * top, top).Select(i => ((int)ids[i], (double)likeliest[i]))]))];
    }
}
