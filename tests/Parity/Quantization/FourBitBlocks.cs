using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Platform.Parity.Tensors;
using Platform.Quantization.EightBit;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>quantize_4bit and dequantize_4bit on single tensors.</summary>
internal static class FourBitBlocks
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        Table(comparison, golden, "code.nf4", Nf4Codebook.Instance.Values);
        Table(comparison, golden, "code.fp4", Fp4Codebook.Instance.Values);
        Table(comparison, golden, "code.nested", DynamicMap.Signed.Values);
        foreach (var key in golden.Json["keys"]!.AsArray()) Tensor(comparison, golden, key!.AsObject());
        return comparison.Verdict;
    }

    private static void Table(Comparison comparison, GoldenCase golden, string name, ReadOnlySpan<float> values)
    {
        using var mine = tensor(values.ToArray());
        using var expected = golden.Read(name);
        comparison.Same(name, mine, expected);
    }

    private static void Tensor(Comparison comparison, GoldenCase golden, JsonObject parameters)
    {
        using var scope = NewDisposeScope();
        var key = parameters["key"]!.GetValue<string>();
        var options = new Nf4Options
        {
            QuantType = parameters["quant_type"]!.GetValue<string>(),
            BlockSize = parameters["blocksize"]!.GetValue<int>(),
            DoubleQuantization = parameters["compress_statistics"]!.GetValue<bool>(),
        };
        var input = golden.Read($"{key}.input");
        var mine = Nf4Quantizer.Quantize(input, options);
        Packed(comparison, key, mine, golden.Read($"{key}.packed"), input);
        if (mine.Nested is { } nested)
        {
            comparison.Close($"{key}.absmax", tensor(mine.Scales()), golden.Read($"{key}.absmax"), 1e-6);
            comparison.Close($"{key}.absmax_q", tensor(nested.Codes, [nested.Codes.Length]), golden.Read($"{key}.absmax_q"), 1);
            comparison.Close($"{key}.nested_absmax", tensor(nested.Scales), golden.Read($"{key}.nested_absmax"), 1e-6);
            comparison.Close($"{key}.offset", tensor(nested.Offset), golden.Read($"{key}.offset").reshape([]), 1e-6);
        }
        else
        {
            comparison.Same($"{key}.absmax", tensor(mine.Scales()), golden.Read($"{key}.absmax"));
        }

        var given = QuantizedWeight.FromParts(mine.Codebook, options.BlockSize, mine.State.Dtype, input.shape, golden.Read($"{key}.packed").bytes.ToArray(), MemoryMarshal.Cast<byte, float>(golden.Read($"{key}.absmax").bytes).ToArray());
        comparison.Same($"{key}.dequantized", Nf4Quantizer.Dequantize(given), golden.Read($"{key}.dequantized"));
    }

    /// <summary>Equal, but for the two codes of zero and the codes of a block that is all zero.</summary>
    private static void Packed(Comparison comparison, string key, QuantizedWeight mine, Tensor packed, Tensor input)
    {
        var expected = packed.bytes;
        var scales = mine.Scales();
        comparison.Expect(expected.Length == mine.Packed.Length, $"{key}.packed: {mine.Packed.Length} bytes, expected {expected.Length}");
        for (var i = 0L; i < input.numel(); i++)
        {
            if (scales[i / mine.BlockSize] == 0) continue;
            var shift = i % 2 == 0 ? 4 : 0;
            var (code, wanted) = (mine.Packed[i / 2] >> shift & 15, expected[(int)(i / 2)] >> shift & 15);
            if (code == wanted || mine.Codebook.Values[code] == mine.Codebook.Values[wanted]) continue;
            comparison.Expect(false, $"{key}.packed: element {i} has the code {code}, expected {wanted}");
            return;
        }
    }
}
