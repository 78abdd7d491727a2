using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Quantization.Nf4;

/// <summary>The JSON that bitsandbytes stores as a byte tensor beside each 4-bit weight.</summary>
/// <param name="QuantType"><c>nf4</c> or <c>fp4</c>.</param>
/// <param name="BlockSize">Weights that share a scale.</param>
/// <param name="Dtype">What the weight was and dequantizes to: <c>float32</c>, <c>bfloat16</c>, <c>float16</c>.</param>
/// <param name="Shape">The weight's shape.</param>
/// <param name="NestedOffset">The scales' mean when they are quantized too, else null.</param>
public sealed record QuantState(string QuantType, int BlockSize, string Dtype, long[] Shape, float? NestedOffset)
{
    /// <summary>The bytes that Python's json.dumps gives.</summary>
    public byte[] ToBytes()
    {
        var json = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $$"""{"quant_type": "{{QuantType}}", "blocksize": {{BlockSize}}, "dtype": "{{Dtype}}", "shape": [{{string.Join(", ", Shape)}}]"""));
        if (NestedOffset is { } offset) json.Append(CultureInfo.InvariantCulture, $""", "nested_blocksize": {NestedScales.BlockSize}, "nested_dtype": "float32", "nested_offset": {Repr(offset)}""");
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    /// <param name="bytes">The tensor's bytes.</param>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <exception cref="InvalidDataException">The bytes are no such state; the message names the tensor.</exception>
    public static QuantState Parse(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes.ToArray());
            var root = json.RootElement;
            var state = new QuantState(
                root.GetProperty("quant_type").GetString()!,
                root.GetProperty("blocksize").GetInt32(),
                root.GetProperty("dtype").GetString()!,
                [.. root.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                root.TryGetProperty("nested_offset", out var offset) ? (float)offset.GetDouble() : null);
            return state.Problem(root) is { } problem ? throw new InvalidDataException($"{name}: {problem}") : state;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{name} is not a bitsandbytes quantization state: {e.Message}", e);
        }
    }

    private string? Problem(JsonElement root) =>
        new Nf4Options { QuantType = QuantType, BlockSize = BlockSize }.Problems() is [var problem, ..] ? problem
        : Dtype is not ("float32" or "bfloat16" or "float16") ? $"dtype is '{Dtype}'; it must be float32, bfloat16 or float16."
        : Shape.Length == 0 || Shape.Any(size => size is < 1 or > int.MaxValue) ? $"shape is [{string.Join(", ", Shape)}]; it must hold positive sizes."
        : root.TryGetProperty("nested_blocksize", out var nested) && nested.GetInt32() != NestedScales.BlockSize ? $"nested_blocksize is {nested.GetInt32()}; only {NestedScales.BlockSize} is known."
        : null;

    /// <summary>Python's repr of the float32 widened to double.</summary>
    private static string Repr(float value)
    {
        var text = ((double)value).ToString("R", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E');
        if (exponent < 0) return text.Contains('.') ? text : text + ".0";
        return text.Replace("E", "e");
    }
}
