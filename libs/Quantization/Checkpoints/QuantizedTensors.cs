using System.Runtime.InteropServices;
using Platform.Modeling.Checkpoints;
using Platform.Quantization.EightBit;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Checkpoints;

/// <summary>A 4-bit weight as the tensors of a checkpoint that bitsandbytes reads.</summary>
/// <remarks>
/// <c>weight</c> U8 [(n + 1) / 2, 1], <c>weight.absmax</c> F32 [blocks] (U8 when nested), <c>weight.quant_map</c> F32 [16],
/// <c>weight.nested_absmax</c> F32, <c>weight.nested_quant_map</c> F32 [256] and <c>weight.quant_state.bitsandbytes__nf4</c>, JSON in bytes.
/// </remarks>
internal static class QuantizedTensors
{
    private const string StateMark = ".quant_state.bitsandbytes__";

    /// <summary>The tensors of a weight; the caller disposes them.</summary>
    /// <param name="name">The weight's name, ending in <c>.weight</c>.</param>
    public static IEnumerable<(string Name, Tensor Tensor)> Of(string name, QuantizedWeight weight)
    {
        yield return (name, Bytes(weight.Packed, weight.Packed.Length, 1));
        yield return ($"{name}.quant_map", Floats(weight.Codebook.Values));
        yield return (name + StateMark + weight.Codebook.Name, Bytes(weight.State.ToBytes()));
        if (weight.Nested is not { } nested)
        {
            yield return ($"{name}.absmax", Floats(weight.Scales()));
            yield break;
        }

        yield return ($"{name}.absmax", Bytes(nested.Codes));
        yield return ($"{name}.nested_absmax", Floats(nested.Scales));
        yield return ($"{name}.nested_quant_map", Floats(DynamicMap.Signed.Values));
    }

    /// <summary>The weights that a folder holds in four bits: name of the weight and name of its state.</summary>
    public static IEnumerable<(string Weight, string State)> In(IEnumerable<string> names) =>
        from name in names
        let mark = name.IndexOf(StateMark, StringComparison.Ordinal)
        where mark >= 0
        select (name[..mark], name);

    /// <exception cref="CheckpointException">A tensor is missing or has another size than the state says; the message names it.</exception>
    public static QuantizedWeight Read(ModelFolder folder, string weight, string stateName)
    {
        var state = State(folder, stateName);
        var codebook = FourBitCodebook.Named(state.QuantType);
        var count = state.Shape.Aggregate(1L, (product, size) => checked(product * size));
        var blocks = BlockCodes.Blocks(count, state.BlockSize);
        MapMustBe(folder, $"{weight}.quant_map", codebook.Values);
        var packed = Exactly<byte>(folder, weight, (count + 1) / 2);
        if (state.NestedOffset is not { } offset) return new QuantizedWeight(codebook, state.BlockSize, state.Dtype, state.Shape, packed, Exactly<float>(folder, $"{weight}.absmax", blocks), null);
        MapMustBe(folder, $"{weight}.nested_quant_map", DynamicMap.Signed.Values);
        var nested = new NestedScales(Exactly<byte>(folder, $"{weight}.absmax", blocks), Exactly<float>(folder, $"{weight}.nested_absmax", BlockCodes.Blocks(blocks, NestedScales.BlockSize)), offset);
        return new QuantizedWeight(codebook, state.BlockSize, state.Dtype, state.Shape, packed, null, nested);
    }

    private static QuantState State(ModelFolder folder, string name)
    {
        try
        {
            return QuantState.Parse(Exactly<byte>(folder, name, folder.Entry(name).Shape.Single()), name);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new CheckpointException($"'{folder.Folder}': {e.Message}", e);
        }
    }

    private static T[] Exactly<T>(ModelFolder folder, string name, long count)
        where T : unmanaged
    {
        var entry = folder.Entry(name);
        var type = typeof(T) == typeof(byte) ? "U8" : "F32";
        if (entry.Dtype != type) throw new CheckpointException($"'{folder.Folder}': tensor '{name}' has the type {entry.Dtype}; a 4-bit checkpoint has {type} there.");
        using var tensor = folder.Read(name);
        return tensor.NumberOfElements == count
            ? MemoryMarshal.Cast<byte, T>(tensor.bytes).ToArray()
            : throw new CheckpointException($"'{folder.Folder}': tensor '{name}' has {tensor.NumberOfElements} elements; its quantization state needs {count}.");
    }

    /// <summary>A folder may carry another table than the name in its state says; values would silently be wrong.</summary>
    private static void MapMustBe(ModelFolder folder, string name, ReadOnlySpan<float> expected)
    {
        if (!Exactly<float>(folder, name, expected.Length).AsSpan().SequenceEqual(expected)) throw new CheckpointException($"'{folder.Folder}': tensor '{name}' is not the table that its quantization state names.");
    }

    private static Tensor Bytes(byte[] values, params long[] shape) => tensor(values, shape is [] ? [values.Length] : shape, ScalarType.Byte);

    private static Tensor Floats(ReadOnlySpan<float> values) => tensor(values.ToArray());
}
