using System.Globalization;
using Platform.Generation.Bench;
using Platform.Modeling.Llama;
using static TorchSharp.torch;

// Usage: Generation.Bench [large|small] [ROUNDS]; OMP_NUM_THREADS=1 where other programs keep the cores busy
var rounds = int.TryParse(args.LastOrDefault(), CultureInfo.InvariantCulture, out var given) && given > 0 ? given : 9;

var large = new LlamaConfig
{
    VocabularySize = 32_000,
    HiddenSize = 1024,
    IntermediateSize = 2816,
    Heads = 16,
    KeyValueHeads = 8,
    HeadWidth = 64,
    Layers = 8,
};

// So small that a step is nothing but what surrounds the matrix products.
var small = large with { VocabularySize = 256, HiddenSize = 32, IntermediateSize = 64, Heads = 4, KeyValueHeads = 2, HeadWidth = 8 };

if (!args.Contains("small"))
{
    DecodingBench.Run(large, ScalarType.Float32, rounds);
    DecodingBench.Run(large, ScalarType.BFloat16, rounds);
}

if (!args.Contains("large")) DecodingBench.Run(small, ScalarType.Float32, rounds);
