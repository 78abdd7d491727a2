namespace Platform.Quantization.EightBit;

/// <summary>Evenly spaced values as torch.linspace computes them: from both ends towards the middle, each with one rounding.</summary>
internal static class EvenSpacing
{
    public static float[] Between(float start, float end, int count)
    {
        var step = (end - start) / (count - 1);
        return [.. Enumerable.Range(0, count).Select(i => i < count / 2 ? MathF.FusedMultiplyAdd(step, i, start) : MathF.FusedMultiplyAdd(-step, count - 1 - i, end))];
    }
}
