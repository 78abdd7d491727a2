namespace Platform.Data.Collation;

/// <summary>A tokenized row: <see cref="Labels"/> is as long as <see cref="InputIds"/>, with -100 where no loss counts.</summary>
public sealed record SupervisedExample
{
    /// <summary>The label that losses leave out.</summary>
    public const int IgnoredLabel = -100;

    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public SupervisedExample(int[] inputIds, int[] labels)
    {
        if (inputIds.Length != labels.Length) throw new ArgumentException($"labels has {labels.Length} entries; expected {inputIds.Length}, as many as inputIds.", nameof(labels));
        InputIds = inputIds;
        Labels = labels;
    }

    public int[] InputIds { get; }

    public int[] Labels { get; }

    public int Length => InputIds.Length;

    /// <summary>Tokens that a causal model is trained to predict: the first is never predicted.</summary>
    public int SupervisedTokens => Labels.Skip(1).Count(label => label != IgnoredLabel);

    /// <summary>The example without what lies beyond the length.</summary>
    public SupervisedExample Truncate(int length) => Length <= length ? this : new SupervisedExample(InputIds[..length], Labels[..length]);

    /// <summary>The example in pieces of the length; the last may be shorter, an empty example has none.</summary>
    public IEnumerable<SupervisedExample> Split(int length)
    {
        if (length < 1) throw new ArgumentOutOfRangeException(nameof(length), length, "length must be at least 1.");
        return InputIds.Chunk(length).Zip(Labels.Chunk(length), (ids, labels) => new SupervisedExample(ids, labels));
    }

    /// <summary>All examples as one.</summary>
    public static SupervisedExample Joined(IReadOnlyList<SupervisedExample> examples) =>
        new([.. examples.SelectMany(example => example.InputIds)], [.. examples.SelectMany(example => example.Labels)]);
}
