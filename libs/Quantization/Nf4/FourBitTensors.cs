using System.Runtime.InteropServices;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Quantization.EightBit;
using static TorchSharp.torch;

namespace Platform.Quantization.Nf4;

/// <summary>A 4-bit weight as the tensors of a checkpoint that bitsandbytes reads.</summary>
/// <remarks>
/// <c>weight</c> U8 [(n + 1) / 2, 1], <c>weight.absmax</c> F32 [blocks] (U8 when nested), <c>weight.quant_map</c> F32 [16],
/// <c>weight.nested_absmax</c> F32, <c>weight.nested_quant_map</c> F32 [256] and <c>weight.quant_state.bitsandbytes__nf4</c>, JSON in bytes.
/// </remarks>
internal static class FourBitTensors
{
    private const string StateMark = "weight.quant_state.bitsandbytes__";

    /// <summary>The tensors of a weight, by their names behind the layer's path; the caller disposes them.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Of(QuantizedWeight weight)
    {
        yield return ("weight", Bytes(weight.Packed, weight.Packed.Length, 1));
        yield return ("weight.quant_map", Floats(weight.Codebook.Values));
        yield return (StateMark + weight.Codebook.Name, Bytes(weight.State.ToBytes()));
        if (weight.Nested is not { } nested)
        {
            yield return ("weight.absmax", Floats(weight.Scales()));
            yield break;
        }

        yield return ("weight.absmax", Bytes(nested.Codes));
        yield return ("weight.nested_absmax", Floats(nested.Scales));
        yield return ("weight.nested_quant_map", Floats(DynamicMap.Signed.Values));
    }

    /// <summary>The name of the state that a folder holds for a layer; null if its weight is not in four bits.</summary>
    public static string? StateIn(StoredTensors stored, string path) =>
        new[] { "nf4", "fp4" }.Select(type => $"{path}.{StateMark}{type}").FirstOrDefault(stored.Contains);

    /// <exception cref="CheckpointException">A tensor is missing or has another size than the state says; the message names it.</exception>
    public static QuantizedWeight Read(StoredTensors stored, string path, string stateName, Linear layer)
    {
        var state = State(stored, stateName);
        if (state.Shape is not [var rows, var columns] || rows != layer.OutFeatures || columns != layer.InFeatures)
            throw new CheckpointException($"'{stored.Folder}': tensor '{path}.weight' has the shape [{string.Join(", ", state.Shape)}], the model needs [{layer.OutFeatures}, {layer.InFeatures}].");
        var codebook = FourBitCodebook.Named(state.QuantType);
        var count = rows * columns;
        var blocks = BlockCodes.Blocks(count, state.BlockSize);
        var weight = $"{path}.weight";
        MapMustBe(stored, $"{weight}.quant_map", codebook.Values);
        var packed = Exactly<byte>(stored, weight, (count + 1) / 2, 1);
        if (state.NestedOffset is not { } offset) return new QuantizedWeight(codebook, state.BlockSize, state.Dtype, state.Shape, packed, Exactly<float>(stored, $"{weight}.absmax", blocks), null);
        MapMustBe(stored, $"{weight}.nested_quant_map", DynamicMap.Signed.Values);
        var nested = new NestedScales(Exactly<byte>(stored, $"{weight}.absmax", blocks), Exactly<float>(stored, $"{weight}.nested_absmax", BlockCodes.Blocks(blocks, NestedScales.BlockSize)), offset);
        return new QuantizedWeight(codebook, state.BlockSize, state.Dtype, state.Shape, packed, null, nested);
    }

    private static QuantState State(StoredTensors stored, string name)
    {
        try
        {
            return QuantState.Parse(Exactly<byte>(stored, name, stored.Entry(name).Shape.Single()), name);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new CheckpointException($"'{stored.Folder}': {e.Message}", e);
        }
    }

    private static T[] Exactly<T>(StoredTensors stored, string name, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        using var tensor = stored.Read(name, typeof(T) == typeof(byte) ? ScalarType.Byte : ScalarType.Float32, shape);
        return MemoryMarshal.Cast<byte, T>(tensor.bytes).ToArray();
    }

    /// <summary>A folder may carry another table than the name in its state says; values would silently be wrong.</summary>
    private static void MapMustBe(StoredTensors stored, string name, ReadOnlySpan<float> expected)
    {
        if (!Exactly<float>(stored, name, expected.Length).AsSpan().SequenceEqual(expected)) throw new CheckpointException($"'{stored.Folder}': tensor '{name}' is not the table that its quantization state names.");
    }

    private static Tensor Bytes(byte[] values, params long[] shape) => tensor(values, shape is [] ? [values.Length] : shape, ScalarType.Byte);

    private static Tensor Floats(ReadOnlySpan<float> values) => tensor(values.ToArray());
}
