using Platform.Data.Formats;

namespace Platform.Data.Tests;

public sealed class DatasetSplitTests
{
    private static byte[] Row(int number) => CanonicalRow.Of(new PromptCompletionRow($"question {number}", "answer"));

    [Theory]
    [InlineData(1000, 0.1, 100)]
    [InlineData(10, 0.01, 1)]
    [InlineData(3, 0.999, 2)]
    [InlineData(100, 0.0, 0)]
    [InlineData(1, 0.5, 0)]
    public void TheShareIsKeptExactly(int rows, double share, int expected)
    {
        Assert.Equal(expected, HeldBack(new DatasetSplit(share, 7), Enumerable.Range(0, rows)).Count);
    }

    [Fact]
    public void TheOrderOfRowsDoesNotMatterAndTheSeedDoes()
    {
        var rows = Enumerable.Range(0, 200).ToList();
        var held = HeldBack(new DatasetSplit(0.2, 7), rows);
        Assert.Equal(held, HeldBack(new DatasetSplit(0.2, 7), rows.AsEnumerable().Reverse()));
        Assert.NotEqual(held, HeldBack(new DatasetSplit(0.2, 8), rows));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void EqualRowsStayTogetherAndTrainingKeepsSome(double share)
    {
        var split = new DatasetSplit(share, 1);
        var keys = Enumerable.Range(0, 12).Select(number => split.KeyOf(Row(number % 4))).ToList();
        var assignment = split.Assign(keys);
        var held = keys.Count(assignment.IsValidation);
        Assert.InRange(held, 1, 11);
        Assert.Equal(0, held % 3);
    }

    [Fact]
    public void RowsThatAreAllEqualAllTrain()
    {
        var split = new DatasetSplit(0.5, 1);
        var keys = Enumerable.Repeat(split.KeyOf(Row(1)), 5).ToList();
        Assert.DoesNotContain(keys, split.Assign(keys).IsValidation);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void AShareOutsideItsRangeIsRefused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DatasetSplit(share, 0));

    [Fact]
    public void TheDigestCoversFormatSplitAndRows()
    {
        var reference = Digest("chat", 0.1, 1, 1, 2);
        Assert.Matches("^[0-9a-f]{64}$", reference);
        Assert.Equal(reference, Digest("chat", 0.1, 1, 1, 2));
        Assert.Distinct([reference, Digest("other", 0.1, 1, 1, 2), Digest("chat", 0.2, 1, 1, 2), Digest("chat", 0.1, 2, 1, 2), Digest("chat", 0.1, 1, 2, 1), Digest("chat", 0.1, 1, 1)]);
    }

    [Fact]
    public void WithoutValidationTheSeedIsNoPartOfTheIdentity() =>
        Assert.Equal(Digest("chat", 0, 1, 1, 2), Digest("chat", 0, 99, 1, 2));

    [Fact]
    public void TheCanonicalLineKeepsTextReadable() =>
        Assert.Equal("""{"prompt":"é<&'\"中\n","completion":"x"}"""u8.ToArray(), CanonicalRow.Of(new PromptCompletionRow("é<&'\"中\n", "x")));

    private static string Digest(string format, double share, ulong seed, params int[] rows)
    {
        using var digest = new DatasetDigest(format, new DatasetSplit(share, seed));
        foreach (var row in rows) digest.Append(Row(row));
        return digest.Finish();
    }

    private static HashSet<int> HeldBack(DatasetSplit split, IEnumerable<int> rows)
    {
        var keyed = rows.Select(number => (number, key: split.KeyOf(Row(number)))).ToList();
        var assignment = split.Assign(keyed.Select(row => row.key));
        return [.. keyed.Where(row => assignment.IsValidation(row.key)).Select(row => row.number)];
    }
}
