namespace Platform.Quickstart.Generator;

/// <summary>A stream of random choices (SplitMix64) that is the same on every machine and every version of .NET.</summary>
public sealed class Draw(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number in 0..<paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>A number in <paramref name="first"/>..<paramref name="last"/>, both included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>The items in a random order (Fisher and Yates).</summary>
    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var order = items.ToArray();
        for (var last = order.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
