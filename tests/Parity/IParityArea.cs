namespace Platform.Parity;

/// <summary>Runs the golden cases of one area, a folder below the fixtures, through the library.</summary>
public interface IParityArea
{
    /// <summary>The folder's name: <c>models</c>, <c>tokenizers</c>, ...</summary>
    string Name { get; }

    /// <summary>The cases below the area's folder, found by walking; each is a path that <see cref="Check"/> takes.</summary>
    IEnumerable<string> Cases(string areaFolder) => Directory
        .EnumerateFiles(areaFolder, "case.json", SearchOption.AllDirectories)
        .Select(file => Path.GetDirectoryName(file)!);

    /// <summary>Compares the library with the case's golden data.</summary>
    ParityVerdict Check(string casePath);
}

/// <summary>What a case showed. An exception thrown by <see cref="IParityArea.Check"/> counts as <see cref="Failed"/>.</summary>
public abstract record ParityVerdict
{
    public sealed record Passed : ParityVerdict;

    /// <param name="Difference">What differs, with the figures: tensor or field, largest difference, tolerance.</param>
    public sealed record Failed(string Difference) : ParityVerdict;

    /// <param name="Reason">What the library lacks.</param>
    public sealed record Unsupported(string Reason) : ParityVerdict;
}
