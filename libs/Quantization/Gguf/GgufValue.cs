namespace Platform.Quantization.Gguf;

/// <summary>The kinds of values in a GGUF header, by their numbers in files.</summary>
public enum GgufKind : uint
{
    Uint8 = 0,
    Int8 = 1,
    Uint16 = 2,
    Int16 = 3,
    Uint32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    Uint64 = 10,
    Int64 = 11,
    Float64 = 12,
}

/// <summary>A value of a GGUF header.</summary>
/// <param name="Kind">What it is; of a list, what its elements are.</param>
/// <param name="Items">One item, or those of a list.</param>
/// <param name="IsList">Whether it is a list.</param>
public sealed record GgufValue(GgufKind Kind, IReadOnlyList<object> Items, bool IsList)
{
    public static implicit operator GgufValue(string text) => new(GgufKind.String, [text], false);

    public static implicit operator GgufValue(uint number) => new(GgufKind.Uint32, [number], false);

    public static implicit operator GgufValue(float number) => new(GgufKind.Float32, [number], false);

    public static implicit operator GgufValue(bool flag) => new(GgufKind.Bool, [flag], false);

    public static GgufValue Strings(IEnumerable<string> texts) => new(GgufKind.String, [.. texts], true);

    public static GgufValue Ints(IEnumerable<int> numbers) => new(GgufKind.Int32, [.. numbers.Select(number => (object)number)], true);

    public static GgufValue Floats(IEnumerable<float> numbers) => new(GgufKind.Float32, [.. numbers.Select(number => (object)number)], true);
}

/// <summary>A tensor as a GGUF header describes it.</summary>
/// <param name="Shape">As in safetensors: rows first. The file has it the other way round.</param>
/// <param name="Offset">From the start of the data.</param>
public sealed record GgufTensor(string Name, Blocks.GgufType Type, long[] Shape, long Offset)
{
    public long Elements => Shape.Aggregate(1L, (product, size) => checked(product * size));

    public long Bytes => Type.Bytes(Elements);
}
