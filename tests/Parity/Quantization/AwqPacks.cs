using System.Text.Json.Nodes;
using Platform.Parity.Tensors;
using Platform.Quantization.Awq;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>The tensors of AWQ checkpoints from integers, scales and zero points, and from weights.</summary>
internal static class AwqPacks
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var comparison = new Comparison();
        foreach (var run in golden.Json["runs"]!.AsArray().Select(run => run!.AsObject())) Run(comparison, golden, run);
        return comparison.Verdict;
    }

    private static void Run(Comparison comparison, GoldenCase golden, JsonObject run)
    {
        var (key, size) = (run["key"]!.GetValue<string>(), run["group_size"]!.GetValue<int>());
        var expected = golden.Read($"{key}.q"); // [in, out]
        var weight = GroupedWeight.Of(expected.t(), golden.Read($"{key}.scales").t(), golden.Read($"{key}.zero").t(), null, AwqOptions.Bits, size);
        foreach (var (name, tensor) in AwqTensors.Of(weight)) comparison.Same($"{key}.{name}", tensor, golden.Read($"{key}.{name}"));
        comparison.Same($"{key}.dequantized", weight.DequantizeTransposed().t(), golden.Read($"{key}.dequantized"));

        var mine = GroupRounding.ToStored(golden.Read($"{key}.weight"), size).Values().t().to_type(ScalarType.Int32);
        var difference = mine.sub(expected.to_type(ScalarType.Int32)).abs();
        comparison.Expect(difference.max().item<int>() <= 1 && difference.gt(0).to_type(ScalarType.Float32).mean().item<float>() <= 0.005, $"{key}.q: more than 0.5 % of the integers differ, or one by more than 1");
    }
}
