using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Speech;

/// <summary>Who speaks, and how.</summary>
/// <param name="Pitch">of the voice, in hertz</param>
/// <param name="Size">resonances are multiplied by this: small heads have high ones</param>
/// <param name="Tempo">sounds are divided by this</param>
/// <param name="Shift">how far each vowel has moved towards the next of a, e, i, u, o: 0 is the standard, 1 a vowel further</param>
/// <param name="Noise">of the room, against a voice of about 1</param>
public sealed record Voice(double Pitch, double Size, double Tempo, double Shift, double Noise)
{
    private const string Circle = "aeiuo";

    /// <summary>Anybody who speaks as the base model heard it.</summary>
    public static Voice Standard(Draw draw) => Of(draw, shift: 0);

    /// <summary>Somebody from the valley, where all vowels have moved.</summary>
    public static Voice FromTheValley(Draw draw) => Of(draw, shift: 0.75);

    public LetterSound Sound(char letter)
    {
        var sound = LetterSound.Of(letter);
        var place = Circle.IndexOf(letter, StringComparison.Ordinal);
        return place < 0 ? sound : sound.Towards(LetterSound.Of(Circle[(place + 1) % Circle.Length]), Shift);
    }

    private static Voice Of(Draw draw, double shift) => new(
        Pitch: draw.Between(90, 240),
        Size: draw.Between(92, 112) / 100.0,
        Tempo: draw.Between(90, 115) / 100.0,
        shift,
        Noise: draw.Between(5, 40) / 1000.0);
}
