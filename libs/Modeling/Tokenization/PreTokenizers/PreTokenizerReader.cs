using System.Globalization;
using System.Text;
using System.Text.Json;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.PreTokenizers;

/// <summary>Reads the <c>pre_tokenizer</c> part of tokenizer.json.</summary>
internal static class PreTokenizerReader
{
    public static IPreTokenizer Read(JsonElement json)
    {
        switch (json.GetProperty("type").GetString())
        {
            case "Sequence":
                return new SequencePreTokenizer([.. json.GetProperty("pretokenizers").EnumerateArray().Select(Read)]);
            case "ByteLevel":
                return new ByteLevelPreTokenizer(json.Flag("add_prefix_space", true), json.Flag("use_regex", true));
            case "Split":
                return new SplitPreTokenizer(TextPattern.Read(json.GetProperty("pattern")), SplitBehaviors.Read(json.GetProperty("behavior")), json.Flag("invert", false));
            case "Whitespace":
                return new WordPreTokenizer();
            case "WhitespaceSplit":
                return new CharacterSplitPreTokenizer(CodePoints.IsWhiteSpace, SplitBehavior.Removed);
            case "BertPreTokenizer":
                return new SequencePreTokenizer([
                    new CharacterSplitPreTokenizer(CodePoints.IsWhiteSpace, SplitBehavior.Removed),
                    new CharacterSplitPreTokenizer(IsPunctuation, SplitBehavior.Isolated)]);
            case "Punctuation":
                return new CharacterSplitPreTokenizer(IsPunctuation, json.TryGetProperty("behavior", out var behavior) ? SplitBehaviors.Read(behavior) : SplitBehavior.Isolated);
            case "Digits":
                return new CharacterSplitPreTokenizer(IsNumeric, json.Flag("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
            case "CharDelimiterSplit":
                var delimiter = CodePoints.Of(json.GetProperty("delimiter").Required())[0];
                return new CharacterSplitPreTokenizer(point => point == delimiter, SplitBehavior.Removed);
            case "FixedLength":
                var length = json.GetProperty("length").GetInt32();
                return length > 0 ? new FixedLengthPreTokenizer(length) : throw new InvalidDataException($"pre_tokenizer.length is {length}; expected 1 or more.");
            case "UnicodeScripts":
                return new UnicodeScriptsPreTokenizer();
            case "Metaspace":
                return Metaspace(json);
            case var other:
                throw new NotSupportedException($"pre_tokenizer.type is '{other}', which is not supported.");
        }
    }

    /// <summary>The prepend scheme, also of files older than it: <c>add_prefix_space</c> true meant always.</summary>
    public static string PrependScheme(JsonElement json) =>
        json.TryGetProperty("prepend_scheme", out var scheme) ? scheme.Required() : json.Flag("add_prefix_space", true) ? "always" : "never";

    private static MetaspacePreTokenizer Metaspace(JsonElement json) =>
        new(CodePoints.Of(json.GetProperty("replacement").Required())[0], PrependScheme(json), json.Flag("split", true));

    private static bool IsPunctuation(int point) => point < 0x80
        ? char.IsAscii((char)point) && (char.IsPunctuation((char)point) || char.IsSymbol((char)point))
        : Rune.GetUnicodeCategory(new Rune(point)) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsNumeric(int point) =>
        Rune.GetUnicodeCategory(new Rune(point)) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
