namespace Platform.Modeling.Checkpoints.Pickle;

/// <summary>The calls that files of tensors make, and what they stand for. Everything else is refused.</summary>
internal static class PickleCalls
{
    public static bool TryMake(PickleGlobal callee, object?[] arguments, out object? made)
    {
        made = (callee.Module, callee.Name) switch
        {
            ("collections", "OrderedDict") when arguments.Length == 0 => new Dictionary<object, object?>(),
            ("collections", "OrderedDict") when arguments is [List<object?> pairs] => FromPairs(pairs),
            ("torch._utils", "_rebuild_tensor_v2" or "_rebuild_tensor") => Tensor(arguments),
            ("torch._utils", "_rebuild_parameter") when arguments is [PickledTensor tensor, ..] => tensor,
            ("torch", "Size") when arguments is [object?[] sizes] => sizes,
            _ => null,
        };
        return made is not null;
    }

    private static PickledTensor? Tensor(object?[] arguments) =>
        arguments is [PickleReference storage, long offset, object?[] shape, object?[] strides, ..]
        && shape.Length == strides.Length && shape.Concat(strides).All(size => size is >= 0L) && offset >= 0
            ? new PickledTensor(storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()])
            : null;

    private static Dictionary<object, object?>? FromPairs(List<object?> pairs) =>
        pairs.TrueForAll(pair => pair is object?[] { Length: 2 } or List<object?> { Count: 2 } && Items(pair)[0] is string)
            ? pairs.ToDictionary(pair => Items(pair)[0]!, pair => Items(pair)[1])
            : null;

    private static IList<object?> Items(object? pair) => (IList<object?>)pair!;
}
