using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Audio;

/// <summary>
/// Triangles on Slaney's mel scale (Auditory Toolbox, 1998): linear below 1 kHz (3 mel per 200 Hz), logarithmic above (27 mel per
/// factor 6.4), each divided by half its width in Hz so that its area is one.
/// Differs from the paper: none; the same as librosa.filters.mel with its defaults.
/// </summary>
public static class MelFilterBank
{
    private const double HertzPerMel = 200.0 / 3;
    private const double LogBegin = 1000;               // Hz
    private const double LogBeginMel = LogBegin / HertzPerMel;
    private static readonly double LogStep = Math.Log(6.4) / 27;

    /// <param name="bins">frequencies of the spectrum, from 0 to half the sampling rate</param>
    /// <param name="highest">Hz, where the last triangle ends</param>
    /// <returns>float32 [bins, mels], which the caller disposes</returns>
    public static Tensor Slaney(int bins, int mels, double highest, int samplingRate)
    {
        var top = ToMel(highest);
        double[] corners = [.. Enumerable.Range(0, mels + 2).Select(i => ToHertz(top * i / (mels + 1)))];
        var weights = new float[bins * mels];
        for (var bin = 0; bin < bins; bin++)
        {
            var frequency = (double)(samplingRate / 2) * bin / (bins - 1);
            for (var mel = 0; mel < mels; mel++)
            {
                var (low, middle, high) = (corners[mel], corners[mel + 1], corners[mel + 2]);
                var height = Math.Max(0, Math.Min((frequency - low) / (middle - low), (high - frequency) / (high - middle)));
                weights[bin * mels + mel] = (float)(height * 2 / (high - low));
            }
        }

        return tensor(weights, bins, mels).DetachFromDisposeScope();
    }

    private static double ToMel(double hertz) => hertz < LogBegin ? hertz / HertzPerMel : LogBeginMel + Math.Log(hertz / LogBegin) / LogStep;

    private static double ToHertz(double mel) => mel < LogBeginMel ? mel * HertzPerMel : LogBegin * Math.Exp(LogStep * (mel - LogBeginMel));
}
