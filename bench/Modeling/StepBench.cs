using System.Globalization;
using Platform.Modeling.Llama;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Bench;

/// <summary>
/// Forward and backward pass of a small Llama against nothing but the matrix products that they consist of, by shape: three per linear
/// layer (output, gradient of the input, gradient of the weight) and six per attention.
/// </summary>
internal static class StepBench
{
    private const int Rounds = 15;
    private const double Target = 0.7;
    private const long Batch = 4, Sequence = 256;

    public static int Run()
    {
        var config = new LlamaConfig
        {
            VocabularySize = 4096,
            HiddenSize = 512,
            IntermediateSize = 1376,
            Heads = 8,
            KeyValueHeads = 8,
            HeadWidth = 64,
            Layers = 6,
        };
        using var model = new LlamaForCausalLm(config, ScalarType.Float32, CPU);
        using var generator = Seeds.Generator(0, CPU);
        model.Initialize(generator);
        using var ids = randint(config.VocabularySize, [Batch, Sequence], ScalarType.Int64, CPU, generator: generator);
        using var targets = ids.flatten();
        using var products = new MatrixProducts(config, Batch, Sequence);

        var (step, bound) = Timing.Alternate(Rounds, Step, products.Run);
        var share = bound / step;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Llama of {config.Layers} blocks, hidden {config.HiddenSize}, batch {Batch} x {Sequence}, float32, median of {Rounds}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"matrix products alone / forward and backward: {share:p0} (target >= {Target:p0})"));
        return share >= Target ? 0 : 1;

        void Step()
        {
            using var scope = NewDisposeScope();
            model.zero_grad();
            var logits = model.Logits(ids);
            nn.functional.cross_entropy(logits.view(-1, config.VocabularySize), targets).backward();
        }
    }
}
