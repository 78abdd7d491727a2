using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tests.Tokenization;

public sealed class TokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AFolderWithoutATokenizerSaysWhatIsExpected()
    {
        var refusal = Assert.Throws<FileNotFoundException>(() => Tokenizer.Load(_folder));
        Assert.Contains("expected tokenizer.json, or vocab.json with merges.txt", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMergeOfUnknownTokensNamesTheMerge()
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), """{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": [["a", "b"]]}}""");
        var refusal = Assert.Throws<InvalidDataException>(() => Tokenizer.Load(_folder));
        Assert.Contains("'ab'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model": {"type": "Tiktoken"}}""", "model.type is 'Tiktoken'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Magic"}}""", "pre_tokenizer.type is 'Magic'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer": {"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "[a&&b]"}}}""", "intersection")]
    public void APartThatIsNotSupportedIsNamed(string definition, string named)
    {
        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), definition);
        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => Tokenizer.Load(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\p{L}+", "ab𝒳𠮷c1", "ab𝒳𠮷c|1")]
    [InlineData(@"[^\s\p{L}\p{N}]+", "a🎉!b", "a|🎉!|b")]
    [InlineData(@"(?i:'s|'t)", "x'Sy'ſz", "x|'S|y|'ſ|z")]
    [InlineData(@"a++b?", "aaab", "aaab")]
    [InlineData(@"\s+(?!\S)|\s+", "a  b ", "a| | |b| ")]
    [InlineData(@"[\p{Han}]+", "一𠀀b", "一𠀀|b")]
    [InlineData(@"\h+", "xffz", "x|ff|z")]
    public void PatternsSeeCodePoints(string pattern, string text, string pieces)
    {
        var aligned = AlignedText.Of(text);
        var cut = Modeling.Tokenization.PreTokenizers.SplitBehavior.Isolated;
        var found = Modeling.Tokenization.PreTokenizers.SplitBehaviors.Cut(cut, 0, aligned.Length, TextPattern.Expression(pattern).Matches(aligned, 0, aligned.Length));
        Assert.Equal(pieces, string.Join('|', found.Select(piece => aligned.Slice(piece.Start, piece.End))));
    }

    [Fact]
    public void HalfASurrogatePairBecomesTheReplacementCharacter() => Assert.Equal([0xFFFD, 'a'], CodePoints.Of("\ud800a"));
}
