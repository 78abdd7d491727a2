using System.Text;
using System.Text.Json;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.ChatGlm;
using Encoding = Platform.Modeling.Tokenization.Encoding;

namespace Platform.Parity.Tokenizers;

/// <summary>ChatGLM3: a SentencePiece model with special tokens behind it, and its own form of conversations.</summary>
internal static class ChatGlmCheck
{
    public static void Run(Tokenizer tokenizer, JsonElement golden, Mismatches mismatches)
    {
        mismatches.Check("vocabulary size", golden.GetProperty("n_words"), tokenizer.VocabularySize);
        foreach (var special in golden.GetProperty("special_tokens").EnumerateObject()) mismatches.Check(special.Name, special.Value, tokenizer.IdOf(special.Name));
        foreach (var row in golden.Section("encode")) mismatches.Try($"encode {row.GetProperty("text")}", () => CheckEncode(tokenizer, row, mismatches));
        foreach (var row in golden.Section("decode"))
        {
            mismatches.Check("tokens of ids", row.GetProperty("tokens"), Ids(row.GetProperty("ids")).Select(tokenizer.TokenOf));
            mismatches.Check($"text of {row.GetProperty("ids")}", row.GetProperty("text").GetString()!, tokenizer.Decode(Ids(row.GetProperty("ids"))));
        }

        foreach (var row in golden.Section("stream"))
        {
            var ids = Ids(row.GetProperty("ids"));
            mismatches.Check($"prefixes of {row.GetProperty("ids")}", row.GetProperty("prefix_decodes"), ids.Select((_, last) => tokenizer.Decode(ids.Take(last + 1))));
        }

        foreach (var row in golden.Section("chat_input")) mismatches.Check($"chat {row.GetProperty("query")}", row.GetProperty("ids"), ChatGlmConversation.Prompt(tokenizer, Turns(row)));
        foreach (var row in golden.Section("pair"))
            mismatches.Check($"pair {row.GetProperty("a")}", row.GetProperty("ids"), tokenizer.EncodePair(row.GetProperty("a").GetString()!, row.GetProperty("b").GetString()!).Ids);
        foreach (var row in golden.Section("padding")) CheckPadding(tokenizer, row, mismatches);
        foreach (var row in golden.Section("piece_offsets")) CheckOffsets(tokenizer, row, mismatches);
    }

    private static void CheckEncode(Tokenizer tokenizer, JsonElement row, Mismatches mismatches)
    {
        var text = row.GetProperty("text").GetString()!;
        var plain = tokenizer.Encode(text, addSpecialTokens: false);
        mismatches.Check($"ids of {row.GetProperty("text")}", row.GetProperty("plain_ids"), plain.Ids);
        mismatches.Check($"tokens of {row.GetProperty("text")}", row.GetProperty("plain_tokens"), plain.Tokens);
        mismatches.Check($"ids with special tokens of {row.GetProperty("text")}", row.GetProperty("ids"), tokenizer.Encode(text).Ids);
        mismatches.Check($"decoded {row.GetProperty("plain_ids")}", row.GetProperty("decoded").GetString()!, tokenizer.Decode(plain.Ids));
        if (!row.TryGetProperty("special_ids", out var expected)) return;
        var special = tokenizer.EncodeTemplate(text);
        mismatches.Check($"ids of {row.GetProperty("text")} with special tokens found", expected, special.Ids);
        mismatches.Check($"tokens of {row.GetProperty("text")} with special tokens found", row.GetProperty("special_tokens"), special.Tokens);
        if (row.TryGetProperty("special_decoded", out var decoded)) mismatches.Check($"decoded {expected}", decoded.GetString()!, tokenizer.Decode(special.Ids));
    }

    private static void CheckPadding(Tokenizer tokenizer, JsonElement row, Mismatches mismatches)
    {
        var encodings = row.GetProperty("texts").EnumerateArray().Select(text => tokenizer.Encode(text.GetString()!)).ToList();
        var pad = row.GetProperty("pad_id").GetInt32();
        var padded = new Padding(pad, "", tokenizer.Config.PadsLeft).Apply(encodings);
        mismatches.Check("padded ids", row.GetProperty("ids"), padded.Select(encoding => encoding.Ids));
        mismatches.Check("padded mask", row.GetProperty("attention_mask"), padded.Select(encoding => encoding.AttentionMask));
    }

    // SentencePiece counts UTF-8 bytes here; the library counts code points.
    private static void CheckOffsets(Tokenizer tokenizer, JsonElement row, Mismatches mismatches)
    {
        var text = row.GetProperty("text").GetString()!;
        var bytes = text.EnumerateRunes().Aggregate(new List<int> { 0 }, (sums, rune) => [.. sums, sums[^1] + rune.Utf8SequenceLength]);
        Encoding encoding = tokenizer.Encode(text, addSpecialTokens: false);
        var actual = Enumerable.Range(0, encoding.Length).Select(i => new object[] { encoding.Tokens[i], encoding.Ids[i], bytes[encoding.Offsets[i].Start], bytes[encoding.Offsets[i].End] });
        mismatches.Check($"offsets of {row.GetProperty("text")}", row.GetProperty("pieces"), actual);
    }

    private static IEnumerable<ChatGlmTurn> Turns(JsonElement row) => row.GetProperty("history").EnumerateArray()
        .Select(turn => new ChatGlmTurn(
            turn.GetProperty("role").GetString()!, turn.GetProperty("content").GetString()!,
            turn.TryGetProperty("metadata", out var metadata) ? metadata.GetString()! : "",
            turn.TryGetProperty("tools", out var tools) ? tools : null))
        .Append(new ChatGlmTurn("user", row.GetProperty("query").GetString()!));

    private static List<int> Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];
}
