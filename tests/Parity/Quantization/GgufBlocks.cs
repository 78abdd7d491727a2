using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Platform.Parity.Tensors;
using Platform.Quantization.Gguf.Blocks;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>GGUF's block types: bytes from numbers and numbers from bytes.</summary>
internal static class GgufBlocks
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var comparison = new Comparison();
        var input = golden.Read("input");
        foreach (var type in golden.Json["types"]!.AsArray()) Check(comparison, golden, input, type!.AsObject());
        return comparison.Verdict;
    }

    private static void Check(Comparison comparison, GoldenCase golden, Tensor input, JsonObject parameters)
    {
        var name = parameters["type"]!.GetValue<string>();
        var type = GgufTypes.Named(name);
        comparison.Expect(type.Id == parameters["ggml_type"]!.GetValue<uint>() && type.BlockElements == parameters["block_elements"]!.GetValue<int>() && type.BlockBytes == parameters["block_bytes"]!.GetValue<int>(), $"{name}: other sizes");

        var expected = golden.Read($"{name}.bytes").bytes.ToArray();
        var read = Dequantized(type, expected, input.shape);
        comparison.Close($"{name}.dequantized", read, golden.Read($"{name}.dequantized"), 0, 1.2e-7);

        var mine = type.Quantize(MemoryMarshal.Cast<byte, float>(input.bytes).ToArray());
        if (name.EndsWith("_K", StringComparison.Ordinal) || name.StartsWith("IQ", StringComparison.Ordinal)) Errors(comparison, name, Dequantized(type, mine, input.shape), input, parameters["rmse_per_row"]!.AsArray());
        else comparison.Expect(mine.AsSpan().SequenceEqual(expected), $"{name}.bytes: {mine.Zip(expected).Count(pair => pair.First != pair.Second)} of {mine.Length} differ");
    }

    private static void Errors(Comparison comparison, string name, Tensor mine, Tensor input, JsonArray expected)
    {
        var errors = mine.sub(input).to_type(ScalarType.Float64).square().mean([1L]).sqrt().data<double>().ToArray();
        foreach (var (row, (error, wanted)) in errors.Zip(expected.Select(value => value!.GetValue<double>())).Index())
            comparison.Expect(Math.Abs(error - wanted) <= (0.02 * wanted) + 1e-9, $"{name}: row {row} has the error {error:g4}, expected {wanted:g4}");
    }

    private static Tensor Dequantized(GgufType type, byte[] bytes, long[] shape)
    {
        var values = new float[shape[0] * shape[1]];
        type.Dequantize(bytes, values);
        return tensor(values, shape);
    }
}
