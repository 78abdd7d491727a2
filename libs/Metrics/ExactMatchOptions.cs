namespace Platform.Metrics;

/// <summary>What an exact match overlooks.</summary>
public sealed record ExactMatchOptions
{
    public bool IgnoreCase { get; init; }

    /// <summary>The ASCII punctuation of Python's <c>string.punctuation</c>.</summary>
    public bool IgnorePunctuation { get; init; }

    /// <summary>The digits 0 to 9.</summary>
    public bool IgnoreNumbers { get; init; }

    /// <summary>White space at both ends.</summary>
    public bool IgnoreSurroundingSpace { get; init; }

    /// <summary>Regular expressions whose matches are removed first.</summary>
    public IReadOnlyList<string> RegexesToIgnore { get; init; } = [];
}
