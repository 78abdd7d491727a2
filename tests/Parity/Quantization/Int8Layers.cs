using System.Text.Json.Nodes;
using Platform.Parity.Tensors;
using Platform.Quantization.Int8;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>LLM.int8() on single layers.</summary>
internal static class Int8Layers
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        foreach (var parameters in golden.Json["keys"]!.AsArray()) Forward(comparison, golden, parameters!.AsObject());
        if (golden.Has("train.x")) Backward(comparison, golden);
        return comparison.Verdict;
    }

    private static void Forward(Comparison comparison, GoldenCase golden, JsonObject parameters)
    {
        using var scope = NewDisposeScope();
        var (key, threshold) = (parameters["key"]!.GetValue<string>(), parameters["threshold"]!.GetValue<double>());
        var weight = RowwiseInt8.Quantize(golden.Read($"{key}.weight"));
        comparison.Same($"{key}.CB", weight.Codes, golden.Read($"{key}.CB"));
        comparison.Same($"{key}.SCB", weight.Scales, golden.Read($"{key}.SCB"));

        var x = golden.Read($"{key}.x");
        var rows = x.reshape(-1, x.shape[^1]);
        var outliers = MixedProduct.OutlierColumns(rows, threshold);
        comparison.Same($"{key}.outlier_cols", outliers, golden.Read($"{key}.outlier_cols"));
        var quantized = MixedProduct.Quantize(rows, threshold, outliers);
        comparison.Same($"{key}.CA", quantized.Codes, golden.Read($"{key}.CA"));
        comparison.Same($"{key}.SCA", quantized.Scales, golden.Read($"{key}.SCA"));
        comparison.Same($"{key}.i32", MixedProduct.Product(quantized.Codes, weight.Codes), golden.Read($"{key}.i32"));

        var bias = golden.Has($"{key}.bias") ? golden.Read($"{key}.bias") : null;
        using var layer = new Int8Linear(weight, bias, threshold);
        layer.eval();
        var expected = golden.Read($"{key}.y");
        var tolerance = x.dtype == ScalarType.Float16 ? 2e-3 * expected.to_type(ScalarType.Float32).abs().max().item<float>() : 1e-5;
        using var noGradients = no_grad();
        comparison.Close($"{key}.y", layer.call(x), expected, tolerance, x.dtype == ScalarType.Float16 ? 0 : 1e-5);
    }

    private static void Backward(Comparison comparison, GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var weight = RowwiseInt8.Quantize(golden.Read("train.weight"));
        comparison.Same("train.CB", weight.Codes, golden.Read("train.CB"));
        comparison.Same("train.SCB", weight.Scales, golden.Read("train.SCB"));
        using var layer = new Int8Linear(weight, null);
        layer.train();
        var x = golden.Read("train.x").requires_grad_();
        var y = layer.call(x);
        comparison.Close("train.y", y, golden.Read("train.y"), 1e-5, 1e-5);
        y.backward([golden.Read("train.grad_y")]);
        comparison.Close("train.grad_x", x.grad!, golden.Read("train.grad_x"), 1e-5);
    }
}
