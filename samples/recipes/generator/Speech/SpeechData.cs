using System.Text;
using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Speech;

/// <summary>A file of a recording and what is said in it, as Hugging Face's <c>audiofolder</c> lists them.</summary>
public sealed record Recording(string FileName, string Text);

/// <summary>People from the valley, whose vowels the base model has never heard so: two folders of recordings.</summary>
public sealed class SpeechData : IRecipeData
{
    private const ulong Seed = 104;

    public string Name => "speech-recognition";

    public IEnumerable<(string Path, byte[] Content)> Files()
    {
        var draw = new Draw(Seed);
        var synthesizer = new Synthesizer(draw);
        var sentences = Splits<string[]>.Draw(140, 40, () => Sentences.Write(draw), () => Sentences.Write(draw), words => string.Join(' ', words));
        return [.. Folder("train", sentences.Train), .. Folder("heldout", sentences.HeldOut)];

        IEnumerable<(string, byte[])> Folder(string folder, IReadOnlyList<string[]> all)
        {
            List<Recording> list = [];
            foreach (var (index, words) in all.Index())
            {
                var name = $"{index + 1:000}.wav";
                list.Add(new(name, string.Join(' ', words)));
                yield return ($"{folder}/{name}", Wave.Of(synthesizer.Say(words, Voice.FromTheValley(draw)), Synthesizer.Rate));
            }

            yield return ($"{folder}/metadata.jsonl", Encoding.UTF8.GetBytes(JsonLines.Text(list)));
        }
    }
}
