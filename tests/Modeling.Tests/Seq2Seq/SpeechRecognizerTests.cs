using Platform.Modeling.Audio;
using Platform.Modeling.Tasks;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Whisper;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Seq2Seq;

/// <summary>From a WAV file to text with a small Whisper folder: 48 frames of 16 mels, one second at 7,680 Hz.</summary>
public sealed class SpeechRecognizerTests : IDisposable
{
    private const int Rate = 7680;
    private readonly TemporaryFolder _folder = new();

    public SpeechRecognizerTests()
    {
        foreach (var file in Directory.EnumerateFiles(Recorded.Folder("whisper"))) File.Copy(file, _folder.File(Path.GetFileName(file)));
        foreach (var file in (string[])["tokenizer.json", "tokenizer_config.json"]) File.Copy(Path.Combine(RepositoryFolder.Fixtures, "tokenizers", "whisper", file), _folder.File(file));
        File.WriteAllText(
            _folder.File(SpeechFeatureOptions.FileName),
            """{"feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 16, "sampling_rate": 7680, "hop_length": 160, "n_fft": 400, "chunk_length": 1}""");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Against the definition: the whole output is decoded anew for every token, without a cache and without the loop.</summary>
    [Fact]
    public void ASoundFileBecomesText()
    {
        using var recognizer = SpeechRecognizer.Load(_folder.Path, CPU);
        var samples = Tone(Rate / 2);
        WriteWav(_folder.File("sound.wav"), samples);
        var expected = Definition(samples, [80, 82, 83, 86]);
        Assert.NotEmpty(expected);
        Assert.Equal(
            Tokenizer.Load(_folder.Path).Decode(expected, skipSpecialTokens: true).Trim(),
            recognizer.TranscribeFile(_folder.File("sound.wav"), new SpeechTask("de", SpeechTask.Translate), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void TheLanguageIsDetectedWhereNoneIsGiven()
    {
        using var scope = NewDisposeScope();
        using var recognizer = SpeechRecognizer.Load(_folder.Path, CPU);
        var samples = Tone(Rate / 2);
        using var model = PretrainedModel.Load<Seq2SeqModel>(_folder.Path, CPU);
        var logits = model.Logits(Features(samples), tensor(new long[,] { { 80 } }))[0, 0];
        var language = logits[81].ToDouble() > logits[82].ToDouble() ? 81 : 82;
        Assert.Equal(Definition(samples, [80, language, 86]), recognizer.Tokens([samples], cancellation: TestContext.Current.CancellationToken)[0]);
    }

    [Fact]
    public void ALongSoundIsWrittenDownChunkByChunk()
    {
        using var recognizer = SpeechRecognizer.Load(_folder.Path, CPU);
        var (first, second, task) = (Tone(Rate), Tone(Rate / 3, 700), new SpeechTask("en"));
        var whole = recognizer.Transcribe(new Waveform((float[])[.. first, .. second], 1, Rate), task, TestContext.Current.CancellationToken);
        Assert.Equal($"{Alone(first)} {Alone(second)}".Trim(), whole);

        string Alone(float[] samples) => recognizer.Transcribe(new Waveform(samples, 1, Rate), task, TestContext.Current.CancellationToken);
    }

    private List<int> Definition(float[] samples, int[] prompt)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = PretrainedModel.Load<Seq2SeqModel>(_folder.Path, CPU);
        var source = Features(samples);
        List<long> tokens = [.. prompt];
        while (tokens.Count < 32) // max_length, which counts the prompt
        {
            var logits = model.Logits(source, tensor(tokens.ToArray(), 1, tokens.Count))[0, tokens.Count - 1];
            foreach (var suppressed in (long[])[10, 11, 12, 80, 83, 84, 85]) logits[suppressed] = float.NegativeInfinity;
            if (tokens.Count == prompt.Length) logits[1] = logits[5] = float.NegativeInfinity;
            var next = logits.argmax().ToInt64();
            if (next == 1) break;
            tokens.Add(next);
        }

        return [.. tokens.Skip(prompt.Length).Select(token => (int)token)];
    }

    private SourceInputs Features(float[] samples)
    {
        using var extractor = SpeechFeatureExtractor.Load(_folder.Path);
        return new SourceInputs(extractor.Extract([samples]).Values);
    }

    /// <summary>Values that 16 bits hold exactly.</summary>
    private static float[] Tone(int length, double hertz = 440) =>
        [.. Enumerable.Range(0, length).Select(i => (float)Math.Round(16_000 * Math.Sin(2 * Math.PI * hertz * i / Rate)) / 32768)];

    private static void WriteWav(string path, float[] samples)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write("RIFF"u8);
        file.Write(36 + 2 * samples.Length);
        file.Write("WAVEfmt "u8);
        file.Write(16);
        file.Write((short)1); // PCM
        file.Write((short)1); // channels
        file.Write(Rate);
        file.Write(2 * Rate);
        file.Write((short)2);
        file.Write((short)16);
        file.Write("data"u8);
        file.Write(2 * samples.Length);
        foreach (var sample in samples) file.Write((short)(sample * 32768));
    }
}
