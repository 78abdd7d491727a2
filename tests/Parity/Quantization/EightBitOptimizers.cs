using System.Globalization;
using System.Text.Json.Nodes;
using Platform.FineTuning.Optimizers;
using Platform.Parity.Tensors;
using Platform.Quantization.EightBit;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>Steps of optimizers whose states rest in eight bits.</summary>
internal static class EightBitOptimizers
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var comparison = new Comparison();
        comparison.Close("qmap1", tensor(DynamicMap.Signed.Values.ToArray()), golden.Read("qmap1"), 1e-7);
        comparison.Close("qmap2", tensor(DynamicMap.Unsigned.Values.ToArray()), golden.Read("qmap2"), 1e-7);
        foreach (var key in golden.Json["keys"]!.AsArray()) Run(comparison, golden, key!.AsObject());
        return comparison.Verdict;
    }

    private static void Run(Comparison comparison, GoldenCase golden, JsonObject parameters)
    {
        using var scope = NewDisposeScope();
        var (key, arguments) = (parameters["key"]!.GetValue<string>(), parameters["arguments"]!.AsObject());
        var weights = parameters["shapes"]!.AsObject().Select(shape => new TrainableParameter(shape.Key, golden.Read($"{key}.{shape.Key}.p0").requires_grad_())).ToList();
        using var optimizer = Create(parameters["optimizer"]!.GetValue<string>(), [new ParameterGroup(weights, arguments["weight_decay"]!.GetValue<double>())], arguments);
        for (var step = 1; step <= parameters["steps"]!.GetValue<int>(); step++)
        {
            foreach (var (name, weight) in weights) weight.grad = golden.Read($"{key}.{name}.grad{step}");
            optimizer.Step(arguments["lr"]!.GetValue<double>());
            foreach (var (name, weight) in weights)
                if (golden.Has($"{key}.{name}.p{step}")) comparison.Close($"{key}.{name}.p{step}", weight, golden.Read($"{key}.{name}.p{step}"), step == 1 ? 2e-6 : 2e-5);
        }

        foreach (var (name, _) in weights)
        {
            State(comparison, golden, $"{key}.{name}", 1, "exp_avg", name, optimizer);
            if (golden.Has($"{key}.{name}.state2")) State(comparison, golden, $"{key}.{name}", 2, "exp_avg_sq", name, optimizer);
        }
    }

    private static IOptimizer Create(string name, IReadOnlyList<ParameterGroup> groups, JsonObject arguments)
    {
        var betas = arguments["betas"]!.AsArray().Select(beta => beta!.GetValue<double>()).ToArray();
        return name switch
        {
            // bitsandbytes decouples the decay of both.
            "AdamW8bit" or "Adam8bit" => new AdamW8Bit(groups, new AdamOptions { Beta1 = betas[0], Beta2 = betas[1], Epsilon = arguments["eps"]!.GetValue<double>() }),
            "Lion8bit" => new Lion8Bit(groups, betas[0], betas[1]),
            _ => throw new UnsupportedCaseException($"the 8-bit optimizer '{name}' is not known"),
        };
    }

    private static void State(Comparison comparison, GoldenCase golden, string key, int index, string slot, string parameter, IOptimizer optimizer)
    {
        using var scope = NewDisposeScope();
        var state = optimizer.State.ToDictionary();
        var expected = golden.Read($"{key}.state{index}");
        if (!golden.Has($"{key}.absmax{index}"))
        {
            comparison.Close($"{key}.state{index}", state[$"{slot}.{parameter}"], expected, 1e-6, 1e-5);
            return;
        }

        var codes = state[$"{slot}_codes.{parameter}"].narrow(0, 0, expected.numel()).to_type(ScalarType.Int32);
        var difference = codes.sub(expected.flatten().to_type(ScalarType.Int32)).abs();
        var share = difference.gt(0).to_type(ScalarType.Float32).mean().item<float>();
        comparison.Expect(share <= 0.005 && difference.max().item<int>() <= 1, string.Create(CultureInfo.InvariantCulture, $"{key}.state{index}: {share:p2} of the codes differ, by up to {difference.max().item<int>()}"));
        comparison.Close($"{key}.absmax{index}", state[$"{slot}_scales.{parameter}"], golden.Read($"{key}.absmax{index}"), 1e-5, 1e-5);
    }
}
