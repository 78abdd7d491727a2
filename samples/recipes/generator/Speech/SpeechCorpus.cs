using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Speech;

/// <summary>What the recipe's base model hears: people who speak the standard, with what they say.</summary>
public static class SpeechCorpus
{
    /// <summary>Recordings without end; the content of WAV files.</summary>
    public static IEnumerable<(byte[] Wave, string Text)> Recordings(ulong seed)
    {
        var draw = new Draw(seed);
        var synthesizer = new Synthesizer(draw);
        while (true)
        {
            var words = Sentences.Write(draw);
            yield return (Wave.Of(synthesizer.Say(words, Voice.Standard(draw)), Synthesizer.Rate), string.Join(' ', words));
        }
    }
}
