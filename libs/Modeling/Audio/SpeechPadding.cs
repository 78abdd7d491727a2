namespace Platform.Modeling.Audio;

/// <summary>How the sounds of a batch are brought to one length.</summary>
public sealed record SpeechPadding
{
    /// <summary>To the encoder's chunk, cut and filled: what Whisper takes.</summary>
    public static readonly SpeechPadding Chunk = new();

    /// <summary>False: fill to <see cref="MaxSamples"/>. True: to the longest of the batch.</summary>
    public bool ToLongest { get; init; }

    /// <summary>Samples; null: the encoder's chunk.</summary>
    public int? MaxSamples { get; init; }

    /// <summary>Cut what is longer than <see cref="MaxSamples"/>.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Round the length up to a multiple of so many samples.</summary>
    public int? MultipleOf { get; init; }

    /// <summary>Give each sound a mean of 0 and a variance of 1 before its spectrum is taken.</summary>
    public bool Normalize { get; init; }

    /// <summary>The samples kept of each sound, and the one length all are filled to.</summary>
    /// <exception cref="ArgumentException">The figures are wrong, or sounds are longer than what they are filled to.</exception>
    internal (int[] Kept, int Length) LengthsOf(IReadOnlyList<int> lengths, int chunkSamples)
    {
        List<string> problems = [];
        if (MaxSamples < 1) problems.Add($"{nameof(MaxSamples)} is {MaxSamples}; it must be at least 1");
        if (MultipleOf < 1) problems.Add($"{nameof(MultipleOf)} is {MultipleOf}; it must be at least 1");
        if (problems.Count > 0) throw new ArgumentException($"The padding is wrong: {string.Join("; ", problems)}.");

        var most = Rounded(MaxSamples ?? chunkSamples);
        int[] kept = [.. lengths.Select(length => Truncate ? Math.Min(length, most) : length)];
        var length = ToLongest ? Rounded(kept.Max()) : most;
        return kept.Max() <= length
            ? (kept, length)
            : throw new ArgumentException($"A sound has {kept.Max()} samples, all are to have {length}; truncate, or pad to the longest.");
    }

    private int Rounded(int length) => MultipleOf is { } unit ? checked((length + unit - 1) / unit * unit) : length;
}
