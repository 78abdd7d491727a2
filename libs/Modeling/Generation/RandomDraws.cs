namespace Platform.Modeling.Generation;

/// <summary>
/// Uniform random numbers of the rows of a batch. A number depends on the seed, the row and the place only, so a row draws the
/// same whatever the others do and whether they have ended. The mixing function is that of SplitMix64 (Steele et al., 2014).
/// </summary>
internal sealed class RandomDraws(long seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15; // 2⁶⁴ / golden ratio
    private readonly ulong _seed = Mix((ulong)seed + Golden);

    /// <returns>In [0, 1), a multiple of 2⁻³².</returns>
    public double Uniform(int row, int place)
    {
        var stream = Mix(_seed + (ulong)(row + 1) * Golden);
        return (Mix(stream + (ulong)(place + 1) * Golden) >> 32) / 4294967296.0; // 2³²
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
