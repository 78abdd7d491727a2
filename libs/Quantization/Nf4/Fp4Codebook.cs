namespace Platform.Quantization.Nf4;

/// <summary>4-bit floating point as bitsandbytes lays it out: a sign, then 0, 0.0625, 8, 12, 4, 6, 2 and 3, all divided by 12.</summary>
/// <remarks>
/// Dettmers et al.: "QLoRA", 2023, section 3 (the FP4 baseline).
/// Differs from the paper: it does not give the values; these are the E2M1 numbers and the subnormal 0.0625 of the library.
/// Zero has two codes, 0 and 8.
/// </remarks>
public static class Fp4Codebook
{
    public static FourBitCodebook Instance { get; } = new("fp4", [.. Magnitudes(1), .. Magnitudes(-1)]);

    private static IEnumerable<float> Magnitudes(int sign) => new[] { 0, 0.0625, 8, 12, 4, 6, 2, 3 }.Select(value => value == 0 ? 0f : (float)(sign * value / 12));
}
