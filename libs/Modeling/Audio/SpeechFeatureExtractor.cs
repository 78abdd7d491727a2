using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Audio;

/// <summary>
/// The log-mel spectrogram of Whisper (Radford et al., 2022), as WhisperFeatureExtractor of transformers computes it:
/// x = log₁₀ max(mel · |stft|², 1e-10) with a periodic Hann window, centred frames and reflected borders, without the last frame;
/// then (max(x, max x - 8) + 4) / 4, where the maximum is over the whole padded sound.
/// Differs from the paper: it speaks of scaling to [-1, 1]; this is what its published code does.
/// </summary>
public sealed class SpeechFeatureExtractor : IDisposable
{
    private const double HighestMel = 8000;   // Hz, whatever the sampling rate
    private const double Quietest = 1e-10;
    private const double DynamicRange = 8;    // powers of ten
    private const double VarianceFloor = 1e-7;
    private readonly Tensor _filters; // [mels, bins]
    private readonly Tensor _window;  // [window]

    public SpeechFeatureExtractor(SpeechFeatureOptions options)
    {
        Options = options;
        using var filters = MelFilterBank.Slaney(options.WindowLength / 2 + 1, options.Mels, HighestMel, options.SamplingRate);
        _filters = filters.t().contiguous().DetachFromDisposeScope();
        _window = hann_window(options.WindowLength, periodic: true).DetachFromDisposeScope();
    }

    public SpeechFeatureOptions Options { get; }

    /// <summary>Reads the figures from a model folder.</summary>
    /// <param name="file">another file than preprocessor_config.json</param>
    /// <exception cref="ModelConfigException">The file is missing, malformed or asks for what is not there; the message lists all.</exception>
    public static SpeechFeatureExtractor Load(string folder, string file = SpeechFeatureOptions.FileName) => new(SpeechFeatureOptions.Load(folder, file));

    /// <param name="sounds">mono, at <see cref="SpeechFeatureOptions.SamplingRate"/>; see <see cref="Waveform.Mono(int)"/></param>
    /// <exception cref="ArgumentException">There is no sound, one is empty or holds what is no number, or all are too short for one spectrum.</exception>
    public SpeechFeatures Extract(IReadOnlyList<ReadOnlyMemory<float>> sounds, SpeechPadding? padding = null)
    {
        padding ??= SpeechPadding.Chunk;
        if (sounds.Count == 0) throw new ArgumentException("There are no sounds to take features of.");
        var bad = Enumerable.Range(0, sounds.Count).Where(row => sounds[row].IsEmpty || !AllFinite(sounds[row].Span)).ToList();
        if (bad.Count > 0) throw new ArgumentException($"Sounds need at least one sample and finite ones only; that is not so for those at {string.Join(", ", bad)}.");

        var (kept, length) = padding.LengthsOf([.. sounds.Select(sound => sound.Length)], Options.ChunkSamples);
        if (length <= Options.WindowLength / 2) throw new ArgumentException($"The sounds have {length} samples; a spectrum needs more than {Options.WindowLength / 2}. Fill them up, e.g. to the encoder's chunk.");

        var samples = new float[(long)sounds.Count * length];
        if (Options.PaddingValue != 0) Array.Fill(samples, (float)Options.PaddingValue);
        for (var row = 0; row < sounds.Count; row++)
        {
            var place = samples.AsSpan(row * length, kept[row]);
            sounds[row].Span[..kept[row]].CopyTo(place);
            if (padding.Normalize) Normalize(place);
        }

        using var waveforms = tensor(samples, sounds.Count, length);
        return new SpeechFeatures(LogMel(waveforms), Mask(kept, length));
    }

    private Tensor LogMel(Tensor waveforms) // [batch, samples]
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var spectra = stft(waveforms, Options.WindowLength, Options.HopLength, Options.WindowLength, _window, return_complex: true); // [batch, bins, frames + 1]
        var power = spectra.narrow(-1, 0, spectra.shape[^1] - 1).abs().pow_(2);
        var log = _filters.matmul(power).clamp_min_(Quietest).log10_();     // [batch, mels, frames]
        var floor = log.amax([1, 2], keepdim: true).sub_(DynamicRange);
        return log.maximum(floor).add_(4).div_(4).DetachFromDisposeScope();
    }

    /// <summary>A frame is real if the sample at its centre is.</summary>
    private Tensor Mask(int[] kept, int length)
    {
        var frames = length / Options.HopLength;
        var mask = new long[kept.Length * frames];
        for (var row = 0; row < kept.Length; row++)
        {
            var real = Math.Min(frames, (kept[row] + Options.HopLength - 1) / Options.HopLength);
            mask.AsSpan(row * frames, real).Fill(1);
        }

        return tensor(mask, kept.Length, frames).DetachFromDisposeScope();
    }

    private static void Normalize(Span<float> samples)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var sample in samples) sum += sample;
        var mean = sum / samples.Length;
        foreach (var sample in samples) squares += (sample - mean) * (sample - mean);
        var scale = 1 / Math.Sqrt(squares / samples.Length + VarianceFloor);
        foreach (ref var sample in samples) sample = (float)((sample - mean) * scale);
    }

    private static bool AllFinite(ReadOnlySpan<float> samples)
    {
        foreach (var sample in samples)
        {
            if (!float.IsFinite(sample)) return false;
        }

        return true;
    }

    public void Dispose()
    {
        _filters.Dispose();
        _window.Dispose();
    }
}
