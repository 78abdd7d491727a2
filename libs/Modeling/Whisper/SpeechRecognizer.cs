using Platform.Modeling.Audio;
using Platform.Modeling.Generation;
using Platform.Modeling.Tasks;
using Platform.Modeling.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Whisper;

/// <summary>
/// Writes down what is said: sound, log-mel features, tokens, text, all as a Whisper folder describes it. A sound longer than the
/// encoder's chunk is cut into chunks, which are written down one after the other.
/// Differs from the paper: chunks are cut by the clock, not where the predicted timestamps say.
/// </summary>
public sealed class SpeechRecognizer : IDisposable
{
    private readonly Seq2SeqModel _model;
    private readonly SpeechFeatureExtractor _extractor;
    private readonly Tokenizer _tokenizer;
    private readonly SpeechPrompts _prompts;
    private readonly GenerationOptions _options;
    private readonly bool _ownsModel;

    /// <summary>Takes a model that was loaded before, and all else from its folder.</summary>
    /// <param name="model">stays the caller's</param>
    /// <exception cref="ModelConfigException">A file is missing or wrong; the message lists all.</exception>
    public SpeechRecognizer(string folder, Seq2SeqModel model)
        : this(folder, model, ownsModel: false)
    {
    }

    private SpeechRecognizer(string folder, Seq2SeqModel model, bool ownsModel)
    {
        (_model, _ownsModel) = (model, ownsModel);
        _extractor = SpeechFeatureExtractor.Load(folder);
        _tokenizer = Tokenizer.Load(folder);
        _prompts = SpeechPrompts.Load(folder);
        var options = GenerationOptions.Load(folder);

        // The prompt says what forced tokens used to say.
        _options = options with
        {
            ForcedDecoderTokens = new Dictionary<int, int>(),
            MaxLength = (int)Math.Min(options.MaxLength ?? model.Config.MaxPositions, model.Config.MaxPositions),
        };
    }

    /// <summary>Loads config, weights, preprocessor_config.json, tokenizer and generation_config.json of a folder.</summary>
    /// <exception cref="ModelConfigException">A file is missing or wrong; the message lists all.</exception>
    /// <inheritdoc cref="PretrainedModel.Load{T}"/>
    public static SpeechRecognizer Load(string folder, Device device, LoadOptions? options = null)
    {
        var model = PretrainedModel.Load<Seq2SeqModel>(folder, device, options);
        try
        {
            return new SpeechRecognizer(folder, model, ownsModel: true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The text of a WAV file of any rate and number of channels.</summary>
    /// <inheritdoc cref="Transcribe(Waveform, SpeechTask?, CancellationToken)"/>
    public string TranscribeFile(string wavFile, SpeechTask? task = null, CancellationToken cancellation = default) =>
        Transcribe(WavFile.Read(wavFile), task, cancellation);

    /// <exception cref="ArgumentException">The sound is empty, or the model does not know the language or the task.</exception>
    public string Transcribe(Waveform sound, SpeechTask? task = null, CancellationToken cancellation = default) =>
        Transcribe(sound.Mono(_extractor.Options.SamplingRate), task, cancellation);

    /// <param name="samples">mono, at the rate that the folder's preprocessor_config.json names</param>
    /// <inheritdoc cref="Transcribe(Waveform, SpeechTask?, CancellationToken)"/>
    public string Transcribe(ReadOnlyMemory<float> samples, SpeechTask? task = null, CancellationToken cancellation = default)
    {
        List<string> texts = [];
        for (var begin = 0; begin < samples.Length || begin == 0; begin += _extractor.Options.ChunkSamples)
        {
            var chunk = samples.Slice(begin, Math.Min(_extractor.Options.ChunkSamples, samples.Length - begin));
            var tokens = Tokens([chunk], task, cancellation)[0];
            texts.Add(_tokenizer.Decode(tokens, skipSpecialTokens: true).Trim());
        }

        return string.Join(' ', texts.Where(text => text.Length > 0));
    }

    /// <summary>The tokens of several sounds at once, without prompt and end token.</summary>
    /// <param name="sounds">mono, at the extractor's rate, each at most a chunk long; what is longer is cut</param>
    /// <inheritdoc cref="Transcribe(Waveform, SpeechTask?, CancellationToken)"/>
    public IReadOnlyList<IReadOnlyList<int>> Tokens(IReadOnlyList<ReadOnlyMemory<float>> sounds, SpeechTask? task = null, CancellationToken cancellation = default)
    {
        using var features = _extractor.Extract(sounds);
        using var decoder = new Seq2SeqDecoder(_model, new SourceInputs(features.Values));
        var languages = _prompts.NeedsDetection(task) ? LanguageDetection.Of(_model, decoder.Source, _prompts) : null;
        var prompts = Enumerable.Range(0, sounds.Count).Select(row => _prompts.Of(task, languages?[row])).ToList();
        return [.. Seq2SeqGeneration.Run(decoder, prompts, _options, cancellation: cancellation).Select(row => row.Tokens)];
    }

    public void Dispose()
    {
        if (_ownsModel) _model.Dispose();
        _extractor.Dispose();
    }
}
