using System.Text.Json;
using Platform.Modeling.Tokenization;

namespace Platform.Parity.Tokenizers;

/// <summary>Pairs, truncation, overflow, padding and words that are cut already.</summary>
internal static class BatchCheck
{
    public static void Run(Tokenizer tokenizer, JsonElement golden, JsonElement row, Mismatches mismatches)
    {
        var what = row.GetProperty("what").GetString()!;
        if (row.TryGetProperty("error", out _))
        {
            var refused = false;
            try
            {
                Encode(tokenizer, golden, row);
            }
            catch (ArgumentException)
            {
                refused = true;
            }

            mismatches.Check($"{what}: refused", "True", refused.ToString());
            return;
        }

        mismatches.Try(what, () =>
        {
            var actual = Encode(tokenizer, golden, row);
            var expected = row.GetProperty("result");
            mismatches.Check($"{what}: ids", expected.GetProperty("ids"), actual.Select(encoding => encoding.Ids));
            mismatches.Check($"{what}: type ids", expected.GetProperty("type_ids"), actual.Select(encoding => string.Concat(encoding.TypeIds)));
            mismatches.Check($"{what}: attention mask", expected.GetProperty("attention_mask"), actual.Select(encoding => string.Concat(encoding.AttentionMask)));
            mismatches.Check($"{what}: special mask", expected.GetProperty("special_mask"), actual.Select(encoding => string.Concat(encoding.SpecialTokensMask)));
            mismatches.Check($"{what}: offsets", expected.GetProperty("offsets"), actual.Select(TokenizersArea.Flat));
            mismatches.Check($"{what}: sequence ids", expected.GetProperty("sequence_ids"),
                actual.Select(encoding => string.Concat(encoding.SequenceIds.Select(id => id?.ToString() ?? "-"))));
        });
    }

    private static List<Encoding> Encode(Tokenizer tokenizer, JsonElement golden, JsonElement row)
    {
        var args = row.GetProperty("args");
        var special = !args.TryGetProperty("add_special_tokens", out var add) || add.GetBoolean();
        var truncation = Truncation(args, row);
        var words = args.TryGetProperty("is_split_into_words", out var split) && split.GetBoolean();
        var batch = Texts(row.GetProperty("text"), words);
        var pairs = row.TryGetProperty("pair", out var pair) && pair.ValueKind != JsonValueKind.Null ? Texts(pair, words) : null;
        List<Encoding> encodings = [];
        for (var i = 0; i < batch.Count; i++)
        {
            var first = batch[i];
            var second = pairs?[i];
            if (!words && second is [""] && row.GetProperty("text").ValueKind == JsonValueKind.String) second = null;
            encodings.Add(words ? tokenizer.EncodeWords(first, second, special, truncation)
                : second is null ? tokenizer.Encode(first[0], special, truncation)
                : tokenizer.EncodePair(first[0], second[0], special, truncation));
        }

        IReadOnlyList<Encoding> padded = Padding(tokenizer, golden, args)?.Apply(encodings) ?? encodings;
        var overflow = args.TryGetProperty("return_overflowing_tokens", out var wanted) && wanted.GetBoolean();
        return [.. padded.SelectMany(encoding => overflow ? encoding.Overflowing.Prepend(encoding) : [encoding])];
    }

    private static List<string[]> Texts(JsonElement value, bool words)
    {
        if (value.ValueKind == JsonValueKind.String) return [[value.GetString()!]];
        if (words && value[0].ValueKind == JsonValueKind.String) return [Strings(value)];
        return words ? [.. value.EnumerateArray().Select(Strings)] : [.. Strings(value).Select(text => new[] { text })];
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    private static Truncation? Truncation(JsonElement args, JsonElement row)
    {
        if (!args.TryGetProperty("truncation", out var value) || value.ValueKind == JsonValueKind.False) return null;
        var strategy = (value.ValueKind == JsonValueKind.String ? value.GetString() : "longest_first") switch
        {
            "only_first" => TruncationStrategy.OnlyFirst,
            "only_second" => TruncationStrategy.OnlySecond,
            _ => TruncationStrategy.LongestFirst,
        };
        return new Truncation(
            args.GetProperty("max_length").GetInt32(), strategy,
            args.TryGetProperty("stride", out var stride) ? stride.GetInt32() : 0,
            row.TryGetProperty("truncation_side", out var side) && side.GetString() == "left");
    }

    private static Padding? Padding(Tokenizer tokenizer, JsonElement golden, JsonElement args)
    {
        if (!args.TryGetProperty("padding", out var value) || value.ValueKind == JsonValueKind.False) return null;
        var token = golden.TryGetProperty("pad_token_override", out var other) ? other.GetString()! : tokenizer.Config.PadToken!;
        var left = args.TryGetProperty("padding_side", out var side) ? side.GetString() == "left" : tokenizer.Config.PadsLeft;
        return new Padding(
            tokenizer.IdOf(token)!.Value, token, left,
            value.ValueKind == JsonValueKind.String && value.GetString() == "max_length" ? args.GetProperty("max_length").GetInt32() : null,
            args.TryGetProperty("pad_to_multiple_of", out var multiple) ? multiple.GetInt32() : null);
    }
}
