using System.Buffers.Binary;
using System.Text;

namespace Platform.Torch.Native;

/// <summary>
/// Frees a shared library (ELF, 64 bit, little endian) from the version requirement of one imported symbol: the requirement
/// becomes weak, the symbol unversioned, and its name that of a harmless function which every C library has.
/// Layouts: System V ABI, and "Symbol Versioning" in the Linux Standard Base.
/// </summary>
internal static class ElfSymbolVersion
{
    private const uint DynamicSymbols = 11;
    private const uint VersionNeeds = 0x6ffffffe;
    private const uint VersionIndices = 0x6fffffff;
    private const ushort Weak = 2;
    private const ushort Global = 1;
    private const int SymbolSize = 24;

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);

    /// <exception cref="BadImageFormatException">The library is not of the expected kind or does not import the symbol.</exception>
    public static void Drop(byte[] image, string symbol, string version, string harmless)
    {
        if (harmless.Length > symbol.Length) throw new ArgumentException($"'{harmless}' does not fit into the place of '{symbol}'.");
        if (image.Length < 64 || !image.AsSpan(0, 6).SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new BadImageFormatException("The library is no little-endian 64-bit ELF file.");
        }

        var sections = Sections(image);
        var symbols = sections.Single(section => section.Type == DynamicSymbols);
        var names = sections[symbols.Link];
        var indices = sections.Single(section => section.Type == VersionIndices);

        WeakenRequirement(image, sections.Single(section => section.Type == VersionNeeds), names.Offset, version);
        for (var i = 0; i < symbols.Size / SymbolSize; i++)
        {
            var name = names.Offset + (int)U32(image, symbols.Offset + i * SymbolSize);
            if (Text(image, name) != symbol) continue;

            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(indices.Offset + 2 * i), Global);
            Encoding.ASCII.GetBytes(harmless + '\0', image.AsSpan(name));
            return;
        }

        throw new BadImageFormatException($"The library does not import '{symbol}'.");
    }

    private static void WeakenRequirement(byte[] image, Section needs, int names, string version)
    {
        for (var file = needs.Offset; ; file += (int)U32(image, file + 12))
        {
            var entry = file + (int)U32(image, file + 8);
            for (var count = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(file + 2)); count > 0; count--)
            {
                if (Text(image, names + (int)U32(image, entry + 8)) == version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(entry + 4), Weak);
                    return;
                }

                entry += (int)U32(image, entry + 12);
            }

            if (U32(image, file + 12) == 0) throw new BadImageFormatException($"The library does not need '{version}'.");
        }
    }

    private static Section[] Sections(byte[] image)
    {
        var table = (int)BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(0x28));
        var size = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(0x3a));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(0x3c));
        return [.. Enumerable.Range(0, count).Select(i => SectionAt(image, table + i * size))];
    }

    private static Section SectionAt(byte[] image, int at) => new(
        U32(image, at + 4),
        (int)BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(at + 0x18)),
        (int)BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(at + 0x20)),
        (int)U32(image, at + 0x28));

    private static uint U32(byte[] image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at));

    private static string Text(byte[] image, int at) => Encoding.ASCII.GetString(image, at, Array.IndexOf(image, (byte)0, at) - at);
}
