namespace Platform.Quantization.Gguf.Blocks;

/// <summary>The types that can be written and read.</summary>
public static class GgufTypes
{
    public static IReadOnlyList<GgufType> All { get; } =
    [
        new Float32Type(), new Float16Type(), new BFloat16Type(),
        new Q8Type(), new NibbleType("Q4_0", 2, 2), new NibbleMinType("Q4_1", 3, 3), new FiveBitType("Q5_0", 6, 8), new FiveBitMinType("Q5_1", 7, 9),
        new Q2KType(), new Q3KType(), new Q4KType(), new Q5KType(), new Q6KType(), new Iq4NlType(),
    ];

    public static GgufType Float32 { get; } = Named("F32");

    /// <exception cref="ArgumentException">There is no such type.</exception>
    public static GgufType Named(string name) => All.FirstOrDefault(type => type.Name == name.ToUpperInvariant())
        ?? throw new ArgumentException($"No GGUF type '{name}'. Known: {string.Join(", ", All.Select(type => type.Name))}.");

    /// <exception cref="NotSupportedException">A file has a type that this library lacks.</exception>
    public static GgufType WithId(uint id, string tensor) => All.FirstOrDefault(type => type.Id == id)
        ?? throw new NotSupportedException($"tensor '{tensor}' is of ggml's type {id}; known are {string.Join(", ", All.Select(type => $"{type.Id} ({type.Name})"))}.");
}
