using Platform.Data.Formats;
using Platform.FineTuning.Tasks;
using Platform.Modeling.Audio;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Whisper;

namespace Platform.FineTuning.SpeechRecognition;

/// <summary>
/// Turns recordings into samples, and transcripts into the tokens that generation would begin with, the text's, and the end. Transcripts that are too
/// long lose their end.
/// </summary>
/// <param name="maxLength">of a transcript with its prompt and end, in tokens</param>
public sealed class SpeechEncoder(Tokenizer tokenizer, SpeechPrompts prompts, SpeechFeatureOptions features, int maxLength)
{
    private readonly int[] _prompt = [.. prompts.Of().Skip(1)]; // the start token is what the decoder reads first

    private readonly int _end = tokenizer.EosTokenId ?? throw new InvalidDataException("The tokenizer has no eos_token, so a model could not learn where a transcript ends; name one in tokenizer_config.json.");

    /// <summary>Null for a recording that is longer than the encoder hears.</summary>
    /// <exception cref="RowRefusedException">The recording cannot be read or is empty.</exception>
    public Utterance? Encode(AudioRow row)
    {
        var samples = Samples(row);
        int[] labels = [.. _prompt, .. tokenizer.Encode(row.Text, addSpecialTokens: false).Ids, _end];
        return samples.Length > features.ChunkSamples ? null : new(samples, labels.Length > maxLength ? labels[..maxLength] : labels);
    }

    /// <summary>The recording as the model hears it: one channel at its rate.</summary>
    /// <exception cref="RowRefusedException">It cannot be read or is empty.</exception>
    public float[] Samples(AudioRow row)
    {
        try
        {
            using var content = new MemoryStream(row.Wave.ToArray(), writable: false);
            var samples = WavFile.Read(content).Mono(features.SamplingRate);
            return samples.Length > 0 ? samples : throw new RowRefusedException($"audio {row.Path} has no samples");
        }
        catch (AudioFormatException damaged)
        {
            throw new RowRefusedException($"audio {row.Path}: {damaged.Message}", damaged);
        }
    }
}
