using Platform.Testing;

namespace Platform.Parity.Tests;

public sealed class TheLibraryEqualsItsReferences
{
    private static readonly ParityRun Run = new(Areas.All);

    /// <summary>The embedded cluster's scenarios run with its own tests.</summary>
    private const string RunsElsewhere = "kubernetes";

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (area, path) in Run.Cases(RepositoryFolder.Fixtures, null).Where(item => item.Area != RunsElsewhere))
                data.Add(area, Path.GetRelativePath(RepositoryFolder.Fixtures, path));
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void OnEveryGoldenCase(string area, string name)
    {
        switch (Run.Check(area, Path.Combine(RepositoryFolder.Fixtures, name)))
        {
            case ParityVerdict.Failed failure:
                Assert.Fail(failure.Difference);
                break;
            case ParityVerdict.Unsupported missing:
                Assert.Skip(missing.Reason);
                break;
        }
    }
}
