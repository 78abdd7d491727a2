using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Platform.Parity.Tensors;
using Platform.Quantization.EightBit;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>The 8-bit maps, and quantize_blockwise and dequantize_blockwise on single tensors.</summary>
internal static class EightBitTensors
{
    private const int NestedBlocks = 64;

    private static readonly Dictionary<string, EightBitMap> Maps = new()
    {
        ["dynamic_signed"] = DynamicMap.Signed,
        ["dynamic_unsigned"] = DynamicMap.Unsigned,
        ["dynamic_signed_e3_b4"] = DynamicMap.Create(signed: true, exponents: 3, bits: 4),
        ["linear_signed"] = LinearMap.Signed,
        ["linear_unsigned"] = LinearMap.Unsigned,
        ["fp8_e4m3"] = Float8Map.E4M3,
        ["fp8_e5m2"] = Float8Map.E5M2,
        ["normal_nf4_256"] = NormalMap.Instance,
    };

    public static ParityVerdict Check(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var comparison = new Comparison();
        foreach (var name in golden.Names.Where(name => name.StartsWith("map.", StringComparison.Ordinal)))
            comparison.Close(name, tensor(MapOf(name["map.".Length..]).Values.ToArray()), golden.Read(name), 1e-7);
        foreach (var key in golden.Json["keys"]!.AsArray().Select(key => key!.AsObject()))
            Blocks(comparison, golden, key["key"]!.GetValue<string>(), MapOf(key["map"]!.GetValue<string>()), key["blocksize"]!.GetValue<int>(), golden.Read($"{key["key"]}.absmax"));
        if (golden.Has("zero_block.input")) Blocks(comparison, golden, "zero_block", DynamicMap.Signed, ZeroBlocks(golden), golden.Read("zero_block.absmax"));
        if (golden.Has("nested.input")) Nested(comparison, golden);
        return comparison.Verdict;
    }

    private static EightBitMap MapOf(string name) => Maps.GetValueOrDefault(name) ?? throw new UnsupportedCaseException($"the 8-bit map '{name}' is not known");

    /// <summary>The case names no block size here: the smallest power of two that gives this number of scales.</summary>
    private static int ZeroBlocks(GoldenCase golden)
    {
        using var input = golden.Read("zero_block.input");
        using var scales = golden.Read("zero_block.absmax");
        return Enumerable.Range(0, 20).Select(i => 1 << i).First(size => EightBitBlocks.Count(input.numel(), size) == scales.numel());
    }

    private static void Blocks(Comparison comparison, GoldenCase golden, string key, EightBitMap map, int blockSize, Tensor absmax)
    {
        var input = golden.Read($"{key}.input");
        var (codes, scales) = Quantized(input, map, blockSize);
        comparison.Same($"{key}.absmax", tensor(scales), absmax);
        Codes(comparison, golden, key, codes, scales, blockSize);
        var values = new float[codes.Length];
        EightBitBlocks.Dequantize(Bytes(golden, $"{key}.codes"), scales, map, blockSize, values);
        comparison.Same($"{key}.dequantized", tensor(values, input.shape).to_type(input.dtype), golden.Read($"{key}.dequantized"));
    }

    private static void Nested(Comparison comparison, GoldenCase golden)
    {
        var input = golden.Read("nested.input");
        var (codes, scales) = Quantized(input, DynamicMap.Signed, NestedBlocks);
        var nested = NestedScales.Quantize(scales, NestedBlocks);
        Codes(comparison, golden, "nested", codes, scales, NestedBlocks);
        comparison.Same("nested.absmax_q", tensor(nested.Codes, [nested.Codes.Length]), golden.Read("nested.absmax_q"));
        comparison.Close("nested.nested_absmax", tensor(nested.Scales), golden.Read("nested.nested_absmax"), 1e-6);
        comparison.Close("nested.offset", tensor(nested.Offset), golden.Read("nested.offset").reshape([]), 1e-6);
        var values = new float[codes.Length];
        EightBitBlocks.Dequantize(codes, nested.Dequantize(NestedBlocks), DynamicMap.Signed, NestedBlocks, values);
        comparison.Close("nested.dequantized", tensor(values, input.shape), golden.Read("nested.dequantized"), 0, 1e-6);
    }

    private static (byte[] Codes, float[] Scales) Quantized(Tensor input, EightBitMap map, int blockSize)
    {
        var values = MemoryMarshal.Cast<byte, float>(input.to_type(ScalarType.Float32).bytes).ToArray();
        var (codes, scales) = (new byte[values.Length], new float[EightBitBlocks.Count(values.Length, blockSize)]);
        EightBitBlocks.Quantize(values, map, blockSize, codes, scales);
        return (codes, scales);
    }

    /// <summary>Equal, but for blocks that are all zero.</summary>
    private static void Codes(Comparison comparison, GoldenCase golden, string key, byte[] codes, float[] scales, int blockSize)
    {
        var expected = Bytes(golden, $"{key}.codes");
        var different = Enumerable.Range(0, codes.Length).Where(i => scales[i / blockSize] != 0 && codes[i] != expected[i]).ToList();
        comparison.Expect(different is [], $"{key}.codes: {different.Count} of {codes.Length} differ, the first at {different.FirstOrDefault()}");
    }

    private static byte[] Bytes(GoldenCase golden, string name)
    {
        using var tensor = golden.Read(name);
        return tensor.bytes.ToArray();
    }
}
