using System.Text.Json.Nodes;
using Platform.Parity.Tensors;
using Platform.Quantization.Gptq;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>The tensors of GPTQ checkpoints from integers, scales and zero points.</summary>
internal static class GptqPacks
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
        var key = run["key"]!.GetValue<string>();
        var groups = golden.Read($"{key}.g_idx").data<int>().ToArray();
        var weight = GroupedWeight.Of(golden.Read($"{key}.q"), golden.Read($"{key}.scale"), golden.Read($"{key}.zero"), groups, run["bits"]!.GetValue<int>(), run["group_size"]!.GetValue<int>());
        foreach (var (name, tensor) in GptqTensors.Of(weight, secondVersion: false)) comparison.Same($"{key}.{name}", tensor, golden.Read($"{key}.{name}"));
        comparison.Same($"{key}.qzeros_v2", GptqTensors.Of(weight, secondVersion: true).Single(item => item.Name == "qzeros").Tensor, golden.Read($"{key}.qzeros_v2"));
        comparison.Same($"{key}.q", weight.Values(), golden.Read($"{key}.q"));
        using var layer = new GroupedLinear(weight, null, new GptqFormat { Options = new GptqOptions() });
        using var noGradients = no_grad();
        comparison.Close($"{key}.y", layer.call(golden.Read($"{key}.x")), golden.Read($"{key}.y"), 1e-4);
    }
}
