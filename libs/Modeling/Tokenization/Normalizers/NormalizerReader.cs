using System.Text.Json;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Normalizers;

/// <summary>Reads the <c>normalizer</c> part of tokenizer.json.</summary>
internal static class NormalizerReader
{
    public static INormalizer Read(JsonElement json) => json.GetProperty("type").GetString() switch
    {
        "Sequence" => new SequenceNormalizer([.. json.GetProperty("normalizers").EnumerateArray().Select(Read)]),
        "NFC" => new UnicodeNormalizer(compatible: false, compose: true),
        "NFD" => new UnicodeNormalizer(compatible: false, compose: false),
        "NFKC" => new UnicodeNormalizer(compatible: true, compose: true),
        "NFKD" => new UnicodeNormalizer(compatible: true, compose: false),
        "Lowercase" => new CharacterNormalizer(CharacterRules.Lowercase),
        "StripAccents" => new CharacterNormalizer(CharacterRules.StripAccents),
        "Strip" => new StripNormalizer(json.Flag("strip_left", true), json.Flag("strip_right", true)),
        "Replace" => new ReplaceNormalizer(TextPattern.Read(json.GetProperty("pattern")), json.GetProperty("content").Required()),
        "Prepend" => new PrependNormalizer(json.GetProperty("prepend").Required()),
        "Nmt" => new CharacterNormalizer(CharacterRules.Nmt),
        "ByteLevel" => new CharacterNormalizer(CharacterRules.ToBytes),
        "BertNormalizer" => Bert(json),
        "Precompiled" => new PrecompiledNormalizer(Convert.FromBase64String(json.GetProperty("precompiled_charsmap").Required())),
        var other => throw new NotSupportedException($"normalizer.type is '{other}', which is not supported."),
    };

    private static SequenceNormalizer Bert(JsonElement json)
    {
        List<INormalizer> parts = [];
        var lowercase = json.Flag("lowercase", true);
        if (json.Flag("clean_text", true)) parts.Add(new CharacterNormalizer(CharacterRules.CleanText));
        if (json.Flag("handle_chinese_chars", true)) parts.Add(new CharacterNormalizer(CharacterRules.PadIdeographs));
        if (json.Flag("strip_accents", lowercase))
        {
            parts.Add(new UnicodeNormalizer(compatible: false, compose: false));
            parts.Add(new CharacterNormalizer(CharacterRules.StripNonSpacingMarks));
        }

        if (lowercase) parts.Add(new CharacterNormalizer(CharacterRules.Lowercase));
        return new SequenceNormalizer(parts);
    }
}
