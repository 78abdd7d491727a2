using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Platform.Torch;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>Writes safetensors files, byte for byte as the reference implementation does.</summary>
public static class SafeTensorsWriter
{
    private const int Alignment = 8;
    private const int ChunkSize = 1 << 24;

    /// <summary>What transformers and PEFT write into every file.</summary>
    public static readonly IReadOnlyDictionary<string, string> PyTorchMetadata = new Dictionary<string, string> { ["format"] = "pt" };

    /// <summary>Writes the file atomically: under a temporary name, flushed to the disk, then renamed.</summary>
    /// <param name="metadata"><see cref="PyTorchMetadata"/> if absent; empty for none</param>
    public static void Write(string file, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // The reference sorts by type, widest first, then by name.
        var ordered = tensors
            .Select(pair => (Name: pair.Key, Tensor: pair.Value, Dtype: SafeTensorsDtypes.NameOf(pair.Value.dtype)))
            .OrderByDescending(item => SafeTensorsDtypes.SortRank(item.Dtype))
            .ThenBy(item => item.Name, Utf8Order.Instance)
            .ToList();

        var temporary = $"{file}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (var output = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                output.Write(Header(ordered, metadata ?? PyTorchMetadata));
                foreach (var (_, tensor, _) in ordered) WriteData(output, tensor);
                output.Flush(flushToDisk: true);
            }

            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static byte[] Header(List<(string Name, Tensor Tensor, string Dtype)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new StringBuilder("{");
        if (metadata.Count > 0)
        {
            json.Append("\"__metadata__\":{").AppendJoin(',', metadata.Select(pair => $"{Quote(pair.Key)}:{Quote(pair.Value)}")).Append("},");
        }

        var offset = 0L;
        foreach (var (name, tensor, dtype) in tensors)
        {
            var end = offset + tensor.NumberOfElements * tensor.ElementSize;
            json.Append(CultureInfo.InvariantCulture, $"{Quote(name)}:{{\"dtype\":\"{dtype}\",\"shape\":[{string.Join(',', tensor.shape)}],\"data_offsets\":[{offset},{end}]}},");
            offset = end;
        }

        if (json[^1] == ',') json.Length--;
        json.Append('}');

        var text = Encoding.UTF8.GetBytes(json.ToString());
        var padded = (text.Length + Alignment - 1) / Alignment * Alignment;
        var header = new byte[sizeof(ulong) + padded];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)padded);
        text.CopyTo(header, sizeof(ulong));
        header.AsSpan(sizeof(ulong) + text.Length).Fill((byte)' ');
        return header;
    }

    private static unsafe void WriteData(FileStream output, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var plain = tensor.detach().cpu().contiguous();
        var remaining = plain.NumberOfElements * plain.ElementSize;
        if (remaining == 0) return;

        for (var data = (byte*)RawMemory.Address(plain); remaining > 0; data += ChunkSize, remaining -= ChunkSize)
        {
            output.Write(new ReadOnlySpan<byte>(data, (int)Math.Min(ChunkSize, remaining)));
        }
    }

    /// <summary>Escapes what serde_json escapes: quotes, backslashes and control characters.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Rust compares strings by their UTF-8 bytes, which differs from UTF-16 beyond the basic plane.</summary>
    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? left, string? right) => Encoding.UTF8.GetBytes(left!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right!));
    }
}
