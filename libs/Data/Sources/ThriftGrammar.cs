using System.Collections.Frozen;

namespace Platform.Data.Sources;

/// <summary>
/// The structures of parquet.thrift as text: per line a structure and its fields, each an id and a type. Types: <c>b</c> truth
/// value, <c>y</c> i8, <c>h</c> i16, <c>i</c> i32, <c>l</c> i64, <c>d</c> double, <c>s</c> bytes, a structure's name, <c>[…]</c> a list.
/// </summary>
internal static class ThriftGrammar
{
    public const string Footer = "File";
    public const string PageHeader = "Page";

    private const string Text = """
        File 1i 2[Schema] 3l 4[Group] 5[Pair] 6s 7[Order] 8Any 9s
        Schema 1i 2i 3i 4s 5i 6i 7i 8i 9i 10Logical
        Logical 1Any 2Any 3Any 4Any 5Decimal 6Any 7Time 8Time 10Integer 11Any 12Any 13Any 14Any 15Any 16Any 17Any 18Any
        Decimal 1i 2i
        Time 1b 2Unit
        Unit 1Any 2Any 3Any
        Integer 1y 2b
        Group 1[Chunk] 2l 3l 4[Sorting] 5l 6l 7h
        Sorting 1i 2b 3b
        Chunk 1s 2l 3Column 4l 5l 6i 7l 8Any 9s
        Column 1i 2[i] 3[s] 4i 5l 6l 7l 8[Pair] 9l 10l 11l 12Statistics 13[EncodingCount] 14l 15i 16Sizes 17Any
        Pair 1s 2s
        Statistics 1s 2s 3l 4l 5s 6s 7b 8b
        EncodingCount 1i 2i 3i
        Sizes 1l 2[l] 3[l]
        Order 1Any
        Page 1i 2i 3i 4i 5DataPage 6Any 7DictionaryPage 8DataPageV2
        DataPage 1i 2i 3i 4i 5Statistics
        DictionaryPage 1i 2i 3b
        DataPageV2 1i 2i 3i 4i 5i 6i 7b 8Statistics
        """;

    private static readonly FrozenDictionary<string, FrozenDictionary<int, string>> Structures = Text.Split('\n', StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .ToFrozenDictionary(words => words[0], words => words.Skip(1).ToFrozenDictionary(Id, word => word[Id(word).ToString(System.Globalization.CultureInfo.InvariantCulture).Length..]));

    /// <summary>The type of a structure's field, or null where the grammar leaves it open.</summary>
    public static string? TypeOf(string? structure, int field) => structure is not null && Structures.TryGetValue(structure, out var fields) ? fields.GetValueOrDefault(field) : null;

    private static int Id(string word) => int.Parse(word.TakeWhile(char.IsAsciiDigit).ToArray(), System.Globalization.CultureInfo.InvariantCulture);
}
