using System.Text.Json;
using Platform.Modeling.Tokenization;

namespace Platform.Parity.Tokenizers;

/// <summary>Token ids, offsets, decoding and batches against Hugging Face tokenizers.</summary>
public sealed class TokenizersArea : IParityArea
{
    public string Name => "tokenizers";

    public ParityVerdict Check(string casePath)
    {
        var golden = GoldenFile.Read(casePath, "golden.json");
        var mismatches = new Mismatches();
        foreach (var component in golden.Section("components")) ComponentCheck.Run(component, mismatches);
        if (golden.TryGetProperty("components", out _)) return mismatches.Verdict();
        var tokenizer = Load(casePath);
        if (golden.TryGetProperty("sp_vocab_size", out _))
        {
            ChatGlmCheck.Run(tokenizer, golden, mismatches);
            return mismatches.Verdict();
        }

        mismatches.Check("vocabulary size", golden.GetProperty("len"), tokenizer.VocabularySize);
        foreach (var row in golden.Section("encode")) mismatches.Try($"encode {row.GetProperty("text")}", () => CheckEncode(tokenizer, row, mismatches));
        foreach (var row in golden.Section("decode")) CheckDecode(tokenizer, row, mismatches);
        foreach (var row in golden.Section("stream")) CheckStream(tokenizer, row, mismatches);
        foreach (var row in golden.Section("batch")) BatchCheck.Run(tokenizer, golden, row, mismatches);
        return mismatches.Verdict();
    }

    private static Tokenizer Load(string casePath)
    {
        try
        {
            return Tokenizer.Load(casePath);
        }
        catch (NotSupportedException missing)
        {
            throw new UnsupportedCaseException(missing.Message);
        }
    }

    private static void CheckEncode(Tokenizer tokenizer, JsonElement row, Mismatches mismatches)
    {
        var text = row.GetProperty("text").GetString()!;
        var plain = tokenizer.Encode(text, addSpecialTokens: false);
        mismatches.Check($"ids of {row.GetProperty("text")}", row.GetProperty("plain_ids"), plain.Ids);
        mismatches.Check($"tokens of {row.GetProperty("text")}", row.GetProperty("plain_tokens"), plain.Tokens);
        mismatches.Check($"offsets of {row.GetProperty("text")}", row.GetProperty("plain_offsets"), Flat(plain));
        if (row.TryGetProperty("plain_word_ids", out var words)) mismatches.Check($"word ids of {row.GetProperty("text")}", words, plain.WordIds);

        var whole = tokenizer.Encode(text);
        mismatches.Check($"ids with special tokens of {row.GetProperty("text")}", row.GetProperty("ids"), whole.Ids);
        mismatches.Check("special mask", row.GetProperty("special_mask").GetString()!, string.Concat(whole.SpecialTokensMask));
        if (row.TryGetProperty("type_ids", out var types)) mismatches.Check("type ids", types, whole.TypeIds);
        if (row.TryGetProperty("offsets", out var offsets)) mismatches.Check("offsets with special tokens", offsets, Flat(whole));
        var decoded = row.GetProperty("decoded").GetString()!;
        mismatches.Check($"decoded {row.GetProperty("ids")}", decoded, tokenizer.Decode(whole.Ids));
        mismatches.Check($"decoded without special {row.GetProperty("ids")}",
            row.TryGetProperty("decoded_skip", out var skip) ? skip.GetString()! : decoded, tokenizer.Decode(whole.Ids, skipSpecialTokens: true));
    }

    private static void CheckDecode(Tokenizer tokenizer, JsonElement row, Mismatches mismatches)
    {
        var ids = row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToList();
        mismatches.Check("tokens of ids", row.GetProperty("tokens"), ids.Select(tokenizer.TokenOf));
        mismatches.Check($"text of {row.GetProperty("ids")}", row.GetProperty("text").GetString()!, tokenizer.Decode(ids));
        mismatches.Check($"text without special of {row.GetProperty("ids")}", row.GetProperty("skip").GetString()!, tokenizer.Decode(ids, skipSpecialTokens: true));
    }

    private static void CheckStream(Tokenizer tokenizer, JsonElement row, Mismatches mismatches)
    {
        var ids = row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToList();
        foreach (var (name, skip) in new[] { ("steps", false), ("steps_skip", true) })
        {
            var stream = new DecodeStream(tokenizer, skip);
            mismatches.Check($"{name} of {row.GetProperty("ids")}", row.GetProperty(name), ids.Select(stream.Step));
        }
    }

    internal static IEnumerable<int> Flat(Encoding encoding) => encoding.Offsets.SelectMany(offset => new[] { offset.Start, offset.End });
}
