using System.Text.Json;
using Platform.Modeling.Tokenization.PreTokenizers;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Reads the <c>decoder</c> part of tokenizer.json.</summary>
internal static class DecoderReader
{
    public static IDecoder Read(JsonElement json) => json.GetProperty("type").GetString() switch
    {
        "Sequence" => new SequenceDecoder([.. json.GetProperty("decoders").EnumerateArray().Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "WordPiece" => new WordPieceDecoder(json.Text("prefix") ?? "##", json.Flag("cleanup", true)),
        "BPEDecoder" => BytePair(json.Text("suffix") ?? "</w>"),
        "Metaspace" => Metaspace(json),
        "Replace" => Replace(TextPattern.Read(json.GetProperty("pattern")), json.GetProperty("content").Required()),
        "Strip" => Strip(json.GetProperty("content").Required()[0], json.GetProperty("start").GetInt32(), json.GetProperty("stop").GetInt32()),
        "CTC" => new CtcDecoder(json.Text("pad_token") ?? "<pad>", json.Text("word_delimiter_token") ?? "|", json.Flag("cleanup", true)),
        var other => throw new NotSupportedException($"decoder.type is '{other}', which is not supported."),
    };

    private static TokenwiseDecoder BytePair(string suffix) =>
        new((token, index, count) => token.Replace(suffix, index == count - 1 ? "" : " ", StringComparison.Ordinal));

    private static TokenwiseDecoder Metaspace(JsonElement json)
    {
        var mark = json.GetProperty("replacement").Required();
        var dropFirst = PreTokenizerReader.PrependScheme(json) != "never";
        return new TokenwiseDecoder((token, index, _) =>
        {
            // Of the first token every mark goes, of the others every mark is a space: as the reference does it.
            if (index > 0 || !dropFirst) return token.Replace(mark, " ", StringComparison.Ordinal);
            return token.StartsWith(mark, StringComparison.Ordinal)
                ? token[mark.Length..].Replace(mark, " ", StringComparison.Ordinal)
                : token.Replace(mark, " ", StringComparison.Ordinal);
        });
    }

    private static TokenwiseDecoder Replace(TextPattern pattern, string content)
    {
        var normalizer = new Normalizers.ReplaceNormalizer(pattern, content);
        return new TokenwiseDecoder((token, _, _) => normalizer.Normalize(AlignedText.Of(token)).ToString());
    }

    private static TokenwiseDecoder Strip(char content, int start, int stop) => new((token, _, _) =>
    {
        var (first, last) = (0, token.Length);
        while (first < last && first < start && token[first] == content) first++;
        while (last > first && token.Length - last < stop && token[last - 1] == content) last--;
        return token[first..last];
    });
}
