using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Speech;

/// <summary>
/// Speaks letter by letter: harmonics of the voice and noise, weighted by the letter's resonances, fade into each other; words are a short
/// silence apart. A much reduced formant synthesizer (Klatt, 1980): two resonances, and no filters, but sums of sines.
/// </summary>
public sealed class Synthesizer(Draw draw)
{
    /// <summary>Samples per second, as on the telephone.</summary>
    public const int Rate = 8000;

    private const double Bandwidth = 140, Highest = 3800, Vibrato = 0.02, VibratoHertz = 5;
    private const double WordGap = 0.07, Edge = 0.012, Level = 0.45;
    private const int NoiseSines = 24;

    /// <returns>samples in [-1, 1]</returns>
    public float[] Say(IReadOnlyList<string> words, Voice voice)
    {
        var samples = new List<double>(new double[draw.Between(200, 900)]);
        foreach (var word in words)
        {
            foreach (var letter in word) AddLetter(samples, voice.Sound(letter), voice);
            samples.AddRange(new double[(int)(WordGap * Rate / voice.Tempo)]);
        }

        var loudest = samples.Max(Math.Abs);
        return [.. samples.Select(sample => (float)Math.Clamp((sample / loudest + voice.Noise * Noise()) * Level, -1, 1))];
    }

    private void AddLetter(List<double> samples, LetterSound sound, Voice voice)
    {
        var count = (int)(sound.Milliseconds / 1000 * Rate / voice.Tempo);
        var closed = (int)(sound.Closed * count);
        var harmonics = Enumerable.Range(1, (int)(Highest / voice.Pitch)).Select(k => k * voice.Pitch).Select(hertz => (Hertz: hertz, Weight: sound.Voiced * Weight(hertz, sound, voice))).ToList();
        // Noise in the band of the resonances: sines that have nothing to do with each other.
        var noise = Enumerable.Range(0, NoiseSines).Select(_ => 200 + draw.Below((int)Highest - 200)).Select(hertz => (Hertz: (double)hertz, Weight: (1 - sound.Voiced) * Weight(hertz, sound, voice), Phase: draw.Below(1000) / 1000.0)).ToList();
        for (var i = 0; i < count; i++)
        {
            var time = (double)samples.Count / Rate;
            var wobble = Vibrato * Math.Sin(2 * Math.PI * VibratoHertz * time) / (2 * Math.PI * VibratoHertz);
            var value = harmonics.Sum(part => part.Weight * Math.Sin(2 * Math.PI * part.Hertz * (time + wobble))) + noise.Sum(part => part.Weight * Math.Sin(2 * Math.PI * (part.Hertz * time + part.Phase)));
            samples.Add(i < closed ? 0 : value * sound.Loudness * Fade(i - closed, count - closed));
        }
    }

    private static double Weight(double hertz, LetterSound sound, Voice voice) =>
        Resonance(hertz, sound.First * voice.Size) + 0.6 * Resonance(hertz, sound.Second * voice.Size);

    private static double Resonance(double hertz, double centre) => 1 / (1 + Math.Pow((hertz - centre) / Bandwidth, 2));

    private static double Fade(int place, int count) => Math.Min(1, Math.Min(place, count - place) / (Edge * Rate));

    private double Noise() => draw.Between(-1000, 1000) / 1000.0;
}
