using System.Text.Json.Nodes;
using Platform.Modeling.Layers;
using Platform.Parity.Tensors;
using Platform.Quantization.Awq;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>AWQ's searches and rounding on one layer.</summary>
internal static class AwqLayer
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var comparison = new Comparison();
        foreach (var key in golden.Names.Where(name => name.StartsWith("pseudo_", StringComparison.Ordinal) && name.EndsWith(".dequantized", StringComparison.Ordinal)).Select(name => name.Split('.')[0])) Pseudo(comparison, golden, key);
        foreach (var run in golden.Json["runs"]!.AsArray()) Run(comparison, golden, run!.AsObject());
        return comparison.Verdict;
    }

    /// <summary>Named pseudo_zp4, pseudo_sym4: zero points or not, and bits; groups of 32.</summary>
    private static void Pseudo(Comparison comparison, GoldenCase golden, string key)
    {
        var mine = GroupRounding.Round(golden.Read("W"), 32, key[^1] - '0', zeroPoint: key.Contains("zp", StringComparison.Ordinal));
        comparison.Close($"{key}.dequantized", mine.Weight, golden.Read($"{key}.dequantized"), 1e-5);
        comparison.Close($"{key}.qscale", mine.Scales, golden.Read($"{key}.qscale"), 1e-6);
        if (mine.Zeros is not null) comparison.Same($"{key}.qzero", mine.Zeros, golden.Read($"{key}.qzero"));
    }

    private static void Run(Comparison comparison, GoldenCase golden, JsonObject run)
    {
        using var scope = NewDisposeScope();
        var key = run["key"]!.GetValue<string>();
        var options = new AwqOptions { GroupSize = run["group_size"]!.GetValue<int>(), DuoScaling = run["duo_scaling"]!.GetValue<bool>() };
        var (weight, inputs) = (golden.Read("W"), golden.Read("X"));
        using var layer = new Linear(weight.shape[1], weight.shape[0], bias: true, ScalarType.Float32, CPU);
        layer.Weight.copy_(weight);
        layer.Bias!.copy_(golden.Read("bias"));
        var found = ScaleSearch.Find([layer], [inputs], _ => layer.call(inputs), options);
        comparison.Close($"{key}.losses", tensor(found.Losses.Select(loss => (float)loss).ToArray()), golden.Read($"{key}.losses"), 0, 1e-3);
        comparison.Close($"{key}.scales", found.Scales, golden.Read($"{key}.scales"), 0, 1e-4);
        comparison.Same("W after the search", layer.Weight, weight);

        var scaled = weight.mul(golden.Read($"{key}.scales"));
        var clip = ClipSearch.Find(scaled, inputs.reshape(-1, weight.shape[1]).div(golden.Read($"{key}.scales")), options.GroupSize);
        Clips(comparison, $"{key}.clip", clip, golden.Read($"{key}.clip"));
        var rounded = GroupRounding.Round(ClipSearch.Apply(scaled, golden.Read($"{key}.clip")), options.GroupSize);
        comparison.Close($"{key}.dequantized", rounded.Weight, golden.Read($"{key}.dequantized"), 1e-5);
        comparison.Close($"{key}.qscale", rounded.Scales, golden.Read($"{key}.qscale"), 1e-6);
        comparison.Close($"{key}.qzero", rounded.Zeros!, golden.Read($"{key}.qzero"), 0);
    }

    /// <summary>A tie between two steps may fall either way.</summary>
    public static void Clips(Comparison comparison, string name, Tensor mine, Tensor expected)
    {
        using var scope = NewDisposeScope();
        var different = mine.sub(expected).abs().gt(expected.abs().mul(1e-5)).to_type(ScalarType.Float32).mean().item<float>();
        comparison.Expect(different <= 0.01, $"{name}: {different:p1} of the limits differ, allowed 1 %");
    }
}
