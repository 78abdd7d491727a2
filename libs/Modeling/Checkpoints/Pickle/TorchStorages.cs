using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text;

namespace Platform.Modeling.Checkpoints.Pickle;

/// <summary>A run of elements in a file that torch.save wrote.</summary>
/// <param name="Read">Hands a reader the content from its beginning; several threads may read at once.</param>
internal sealed record TorchStorage(long Bytes, Action<Action<Stream>> Read);

/// <summary>
/// The two containers of torch.save: since 1.6 a zip archive (<c>*/data.pkl</c>, <c>*/data/KEY</c>), before it five pickles and then the
/// storages one after the other, each behind its count of elements.
/// </summary>
internal static class TorchStorages
{
    private const int LargestPickle = 100_000_000;
    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <returns>the unpickled object, and the storages by key</returns>
    /// <exception cref="CheckpointException">The file is neither.</exception>
    public static (object? Root, IReadOnlyDictionary<string, TorchStorage> Storages) Open(string file)
    {
        using var content = File.OpenRead(file);
        Span<byte> start = stackalloc byte[4];
        var zipped = content.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4 && start.SequenceEqual("PK\u0003\u0004"u8);
        content.Position = 0;
        try
        {
            return zipped ? OpenArchive(file, content) : OpenLegacy(file, content);
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
        {
            throw new CheckpointException($"'{file}' is damaged: {failure.Message}", failure);
        }
    }

    private static (object?, IReadOnlyDictionary<string, TorchStorage>) OpenArchive(string file, FileStream content)
    {
        using var archive = new ZipArchive(content, ZipArchiveMode.Read);
        var pickle = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new CheckpointException($"'{file}' is a zip archive without data.pkl, so torch.save did not write it.");
        if (pickle.Length > LargestPickle) throw new CheckpointException($"'{file}': data.pkl has {pickle.Length} bytes; {LargestPickle} are possible.");

        var root = pickle.FullName[..^"data.pkl".Length];
        if (archive.GetEntry(root + "byteorder") is { } order)
        {
            using var reader = new StreamReader(order.Open(), Encoding.ASCII);
            if (reader.ReadToEnd() != "little") throw new CheckpointException($"'{file}' holds big-endian numbers, which are not supported.");
        }

        var storages = archive.Entries
            .Where(entry => entry.FullName.StartsWith(root + "data/", StringComparison.Ordinal))
            .ToDictionary(entry => entry.FullName[(root.Length + "data/".Length)..], entry => new TorchStorage(entry.Length, reader => ReadEntry(file, entry.FullName, reader)));
        using var bytes = new BufferedStream(pickle.Open());
        return (new PickleReader(file, bytes).Read(), storages);
    }

    // Each reading thread has its own archive: ZipArchive serves one reader at a time.
    private static void ReadEntry(string file, string entry, Action<Stream> reader)
    {
        using var archive = new ZipArchive(File.OpenRead(file), ZipArchiveMode.Read);
        using var content = archive.GetEntry(entry)!.Open();
        reader(content);
    }

    private static (object?, IReadOnlyDictionary<string, TorchStorage>) OpenLegacy(string file, FileStream content)
    {
        using var buffered = new BufferedStream(content);
        var reader = new PickleReader(file, buffered);
        if (reader.Read() is not BigInteger magic || magic != LegacyMagic) throw new CheckpointException($"'{file}' is neither a zip archive nor a file of the old torch.save.");
        reader.Read(); // the format's number
        if (reader.Read() is Dictionary<object, object?> system && system.GetValueOrDefault("little_endian") is false)
        {
            throw new CheckpointException($"'{file}' holds big-endian numbers, which are not supported.");
        }

        var root = reader.Read();
        var sizes = TorchTensors.Of(file, root).Values.Select(tensor => tensor.Storage)
            .DistinctBy(TorchTensors.Key).ToDictionary(TorchTensors.Key, storage => TorchTensors.ElementSize(file, storage));
        var keys = reader.Read() as List<object?> ?? throw new CheckpointException($"'{file}' does not list its storages.");
        Dictionary<string, TorchStorage> storages = [];
        var position = buffered.Position;
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (var key in keys.OfType<string>())
        {
            if (!sizes.TryGetValue(key, out var size)) throw new CheckpointException($"'{file}' holds a storage '{key}' that no tensor uses.");
            buffered.Position = position;
            buffered.ReadExactly(count);
            var (begin, elements) = (position + sizeof(long), BinaryPrimitives.ReadInt64LittleEndian(count));
            if (elements < 0 || elements > (content.Length - begin) / size) throw new CheckpointException($"'{file}' is truncated: storage '{key}' of {elements} elements goes beyond its end.");
            storages[key] = new TorchStorage(elements * size, reader => ReadAt(file, begin, reader));
            position = begin + elements * size;
        }

        return (root, storages);
    }

    private static void ReadAt(string file, long position, Action<Stream> reader)
    {
        using var content = File.OpenRead(file);
        content.Position = position;
        reader(content);
    }
}
