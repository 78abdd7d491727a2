using System.Diagnostics;
using System.Globalization;
using Platform.Modeling.Bench;
using Platform.Modeling.Generation;
using Platform.Modeling.Llama;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Generation.Bench;

/// <summary>
/// Tokens per second of greedy decoding against two bounds of the same run: the time to move as many bytes as the weights have (a
/// token reads each once), and the time of the bare matrix products.
/// </summary>
internal static class DecodingBench
{
    private const int Tokens = 16;

    public static void Run(LlamaConfig config, ScalarType dtype, int rounds)
    {
        using var noGradients = no_grad();
        using var model = new LlamaForCausalLm(config, dtype, CPU);
        using var generator = Seeds.Generator(0, CPU);
        model.Initialize(generator);
        model.eval();

        var weights = model.named_parameters().Where(pair => pair.parameter.dim() == 2 && !pair.name.Contains("embed", StringComparison.Ordinal)).Select(pair => (Tensor)pair.parameter).ToList();
        var bytes = weights.Sum(weight => weight.numel() * weight.element_size());
        using var source = zeros(bytes / 2, dtype: ScalarType.Byte); // a copy reads and writes
        using var target = zeros(bytes / 2, dtype: ScalarType.Byte);
        Print($"Llama of {config.Layers} blocks, hidden {config.HiddenSize}, {dtype}: {bytes / 1e6:0} MB of weights per token, median of {rounds} rounds of {Tokens} tokens");

        foreach (var (batch, padded) in ((int, bool)[])[(1, false), (8, false), (8, true)])
        {
            using var products = new BareProducts(weights, batch);
            // Prompts of one token: every step, the first too, decodes one position. Padding needs one of two.
            int[][] prompts = [.. Enumerable.Range(0, batch).Select(row => padded && row == 0 ? new[] { 7, 8 } : [row + 1])];
            var options = new GenerationOptions { MaxNewTokens = Tokens };
            var (step, copy) = Timing.Alternate(rounds, () => Decode(null), () => Repeat(() => target.copy_(source)));
            var (again, bare) = Timing.Alternate(rounds, () => Decode(null), () => Repeat(products.Run));
            Print($"  batch {batch}{(padded ? ", padded" : "")}: {batch * Tokens / step:0} tokens/s, {1e3 * step / Tokens:0.00} ms per step; memory bound / step {copy / step:0.00} (copy {2e-9 * Tokens * source.numel() / copy:0.0} GB/s); bare products / step {bare / again:0.00}, the rest {1e3 * (again - bare) / Tokens:0.00} ms per step");

            Print($"    fastest step {FastestStep(rounds, tick => Decode(tick)):0.000} ms, fastest bare products {FastestStep(rounds, tick => Repeat(products.Run, tick)):0.000} ms");

            void Decode(Action? onStep) => TokenGeneration.Generate(model, prompts, options, _ => onStep?.Invoke());
        }
    }

    /// <summary>The shortest time between two steps, in milliseconds: what a step takes when no other program comes between.</summary>
    private static double FastestStep(int rounds, Action<Action> decode)
    {
        var (fastest, last) = (long.MaxValue, 0L);
        for (var round = 0; round < rounds; round++)
        {
            last = Stopwatch.GetTimestamp();
            decode(() =>
            {
                var now = Stopwatch.GetTimestamp();
                (fastest, last) = (Math.Min(fastest, now - last), now);
            });
        }

        return Stopwatch.GetElapsedTime(0, fastest).TotalMilliseconds;
    }

    private static void Repeat(Action action, Action? tick = null)
    {
        for (var token = 0; token < Tokens; token++)
        {
            action();
            tick?.Invoke();
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
