using System.Text.Json.Nodes;
using Platform.Parity.Tensors;
using Platform.Quantization.Gptq;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>GPTQ on single layers, against its integers and against rounding to the nearest.</summary>
internal static class GptqLayer
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var comparison = new Comparison();
        var weight = golden.Read("W");
        var inputs = Enumerable.Range(0, int.MaxValue).TakeWhile(i => golden.Has($"X{i}")).Select(i => golden.Read($"X{i}")).ToList();
        using var accumulator = new HessianAccumulator(weight.shape[1], CPU);
        foreach (var input in inputs) accumulator.Add(input);
        var hessian = accumulator.Hessian();
        comparison.Close("H", hessian, golden.Read("H"), 1e-3, 1e-4);
        foreach (var run in golden.Json["runs"]!.AsArray()) Run(comparison, golden, run!.AsObject(), weight, hessian, cat(inputs, 0));
        return comparison.Verdict;
    }

    private static void Run(Comparison comparison, GoldenCase golden, JsonObject run, Tensor weight, Tensor hessian, Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var key = run["key"]!.GetValue<string>();
        var arguments = golden.Json["arguments"]!;
        var options = new GptqOptions
        {
            Bits = run["bits"]!.GetValue<int>(),
            GroupSize = run["group_size"]!.GetValue<int>(),
            ActivationOrder = run["desc_act"]!.GetValue<bool>(),
            Symmetric = run["sym"]!.GetValue<bool>(),
            StaticGroups = run["static_groups"]!.GetValue<bool>(),
            Damping = arguments["percdamp"]!.GetValue<double>(),
            BlockSize = arguments["blocksize"]!.GetValue<int>(),
        };
        var mine = GptqSolver.Solve(weight, hessian, options);
        var equal = mine.Values().eq(golden.Read($"{key}.q")).to_type(ScalarType.Float32).mean().item<float>();
        comparison.Expect(equal >= 0.98, $"{key}.q: {equal:p2} of the integers are equal, at least 98 % are expected");
        var scales = tensor(mine.Scales.ToArray(), [mine.GroupCount, mine.OutFeatures]).t();
        comparison.Close($"{key}.scale", scales, golden.Read($"{key}.scale"), 0, equal == 1 ? 1e-3 : 2e-2); // float16 here
        if (golden.Has($"{key}.g_idx")) comparison.Same($"{key}.g_idx", tensor(mine.Groups.ToArray()), golden.Read($"{key}.g_idx"));

        var error = Error(mine.DequantizeTransposed().t());
        var (wanted, nearest) = (run["mse_output_gptq"]!.GetValue<double>(), run["mse_output_rtn"]!.GetValue<double>());
        comparison.Expect(Math.Abs(error - wanted) <= 0.03 * wanted && error < nearest, $"{key}: the output's mean squared error is {error:g4}, expected {wanted:g4}");
        var rounded = Error(RoundToNearest.Quantize(weight, options).DequantizeTransposed().t());
        comparison.Expect(Math.Abs(rounded - nearest) <= 0.03 * nearest, $"{key}: rounding to nearest gives the error {rounded:g4}, expected {nearest:g4}");

        double Error(Tensor quantized) => nn.functional.linear(inputs, quantized - weight).square().mean().item<float>();
    }
}
