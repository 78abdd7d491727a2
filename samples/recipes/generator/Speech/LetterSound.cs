namespace Platform.Recipes.Generator.Speech;

/// <summary>
/// How a letter sounds: a source, voiced or noisy, through two resonances. Vowels have those that were measured of American English
/// (Peterson and Barney, 1952), consonants rough ones; each letter is told from every other, which is all that is needed.
/// </summary>
/// <param name="First">the first resonance, in hertz</param>
/// <param name="Second">the second resonance, in hertz</param>
/// <param name="Voiced">the share of the source that is the voice; the rest is noise</param>
/// <param name="Closed">the share of the sound that is silence before a burst</param>
public readonly record struct LetterSound(double First, double Second, double Milliseconds, double Loudness, double Voiced, double Closed = 0)
{
    public const string Vowels = "aeiou";

    private const double Vowel = 95, Consonant = 60;

    public static LetterSound Of(char letter) => letter switch
    {
        'a' => new(730, 1090, Vowel, 1, 1),
        'e' => new(530, 1840, Vowel, 1, 1),
        'i' => new(270, 2290, Vowel, 1, 1),
        'o' => new(570, 840, Vowel, 1, 1),
        'u' => new(300, 2700, Vowel, 0.9, 1),
        'm' => new(250, 900, Consonant, 0.6, 1),
        'n' => new(250, 1500, Consonant, 0.6, 1),
        'l' => new(380, 1200, Consonant, 0.7, 1),
        'r' => new(400, 1600, Consonant, 0.6, 0.8),
        'w' => new(300, 650, Consonant, 0.7, 1),
        's' => new(3300, 3700, Consonant, 0.5, 0),
        'f' => new(1500, 2600, Consonant, 0.3, 0),
        'h' => new(900, 1500, Consonant, 0.3, 0),
        'z' => new(3000, 3500, Consonant, 0.5, 0.4),
        'v' => new(700, 2400, Consonant, 0.4, 0.5),
        't' => new(2800, 3400, Consonant, 0.9, 0, Closed: 0.5),
        'k' => new(1600, 2100, Consonant, 0.9, 0, Closed: 0.5),
        'p' => new(600, 1000, Consonant, 0.9, 0, Closed: 0.5),
        'd' => new(2600, 3200, Consonant, 0.8, 0.5, Closed: 0.4),
        'g' => new(1400, 2000, Consonant, 0.8, 0.5, Closed: 0.4),
        'b' => new(500, 900, Consonant, 0.8, 0.5, Closed: 0.4),
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "There is no sound for this letter; words are made of a-z without c, j, q, x and y."),
    };

    /// <summary>The sound on its way to another one: 0 is this, 1 is the other.</summary>
    public LetterSound Towards(LetterSound other, double part) =>
        this with { First = First + part * (other.First - First), Second = Second + part * (other.Second - Second) };
}
