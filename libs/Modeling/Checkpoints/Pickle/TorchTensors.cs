using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints.Pickle;

/// <summary>Finds the tensors in what was unpickled, and reads what is said of their storages.</summary>
internal static class TorchTensors
{
    private static readonly Dictionary<string, (ScalarType Dtype, int Size)> Kinds = new()
    {
        ["FloatStorage"] = (ScalarType.Float32, 4),
        ["DoubleStorage"] = (ScalarType.Float64, 8),
        ["HalfStorage"] = (ScalarType.Float16, 2),
        ["BFloat16Storage"] = (ScalarType.BFloat16, 2),
        ["LongStorage"] = (ScalarType.Int64, 8),
        ["IntStorage"] = (ScalarType.Int32, 4),
        ["ShortStorage"] = (ScalarType.Int16, 2),
        ["CharStorage"] = (ScalarType.Int8, 1),
        ["ByteStorage"] = (ScalarType.Byte, 1),
        ["BoolStorage"] = (ScalarType.Bool, 1),
    };

    /// <exception cref="CheckpointException">Something in the file is no tensor.</exception>
    public static IReadOnlyDictionary<string, PickledTensor> Of(string file, object? root)
    {
        // Training programs put the weights one level deeper.
        if (root is Dictionary<object, object?> outer && outer.GetValueOrDefault("state_dict") is Dictionary<object, object?> inner) root = inner;
        if (root is not Dictionary<object, object?> entries) throw new CheckpointException($"'{file}' holds no dictionary of tensors.");
        return entries.ToDictionary(
            entry => entry.Key as string ?? throw new CheckpointException($"'{file}': the key {entry.Key} is no name."),
            entry => entry.Value as PickledTensor ?? throw new CheckpointException($"'{file}': '{entry.Key}' is no tensor."));
    }

    // ('storage', torch.FloatStorage, key, location, elements)
    public static string Key(PickleReference storage) => storage.Parts.ElementAtOrDefault(2) as string ?? "";

    public static int ElementSize(string file, PickleReference storage) => Kind(file, storage).Size;

    /// <exception cref="CheckpointException">The storage is of no known type.</exception>
    public static (ScalarType Dtype, int Size) Kind(string file, PickleReference storage) =>
        storage.Parts is ["storage", PickleGlobal { Module: "torch" } type, string, ..] && Kinds.TryGetValue(type.Name, out var kind)
            ? kind
            : throw new CheckpointException($"'{file}' holds a storage of the type '{storage.Parts.ElementAtOrDefault(1)}'; known are {string.Join(", ", Kinds.Keys.Order(StringComparer.Ordinal))}.");
}
