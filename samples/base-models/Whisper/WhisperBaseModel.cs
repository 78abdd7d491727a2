using System.Text.Json.Nodes;
using Platform.FineTuning.SpeechRecognition;
using Platform.Modeling;
using Platform.Modeling.Audio;
using Platform.Modeling.Generation;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;
using Platform.Modeling.Whisper;
using Platform.Recipes.Generator.Speech;
using static TorchSharp.torch;

namespace Platform.BaseModels.Whisper;

/// <summary>A Whisper that understands people who speak the standard of the recipe's synthetic language.</summary>
public sealed class WhisperBaseModel : IBaseModel
{
    private const ulong CorpusSeed = 204, ExaminationSeed = 304;
    private const int Recordings = 2000, RowsPerStep = 16, Examined = 60;

    public string Name => "whisper";

    public bool Make(string folder, long? steps)
    {
        new BpeTrainer
        {
            VocabularySize = 360,
            MinimumFrequency = 1,
            SpecialTokens = WhisperTokens.All,
            BosToken = WhisperTokens.End,
            EosToken = WhisperTokens.End,
            PadToken = WhisperTokens.End,
        }.Train([string.Join(' ', Sentences.Words), " " + string.Join(' ', Sentences.Words)], folder);
        var tokenizer = Tokenizer.Load(folder);
        WriteProcessors(folder, tokenizer);
        using var model = new WhisperForConditionalGeneration(Config(tokenizer), ScalarType.Float32, CPU);
        ModelFolderFiles.WriteJson(folder, ModelConfig.FileName, model.Config.ToJson());
        using var extractor = SpeechFeatureExtractor.Load(folder);
        var prompt = SpeechPrompts.Load(folder).Of();
        List<Utterance> rows = [.. SpeechCorpus.Recordings(CorpusSeed).Take(Recordings).Select(row => new Utterance(
            WavFile.Read(new MemoryStream(row.Wave)).Mono(extractor.Options.SamplingRate),
            [.. prompt.Skip(1), .. tokenizer.Encode(row.Text, addSpecialTokens: false).Ids, tokenizer.EosTokenId!.Value]))];

        Pretraining.Run(model, Pretraining.Options(steps ?? 1500, 2e-3) with { BatchSize = RowsPerStep }, new SpeechRecognitionObjective(model, extractor, rows));
        model.SaveHalf(folder);

        using var recognizer = SpeechRecognizer.Load(folder, CPU);
        var understood = SpeechCorpus.Recordings(ExaminationSeed).Take(Examined).Average(row => recognizer.Transcribe(WavFile.Read(new MemoryStream(row.Wave))) == row.Text ? 1.0 : 0.0);
        Console.WriteLine($"understands {understood:p1} of the sentences word for word");
        return understood >= 0.8;
    }

    private static WhisperConfig Config(Tokenizer tokenizer) => new()
    {
        ClassName = "WhisperForConditionalGeneration",
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = 96,
        Layers = 2,
        DecoderLayers = 2,
        Mels = 80,
        EncoderHeads = 4,
        EncoderIntermediateSize = 384,
        DecoderHeads = 4,
        DecoderIntermediateSize = 384,
        MaxSourcePositions = 100, // two seconds of 50 positions
        MaxPositions = 32,
        InitializerRange = 0.06, // 0.02 is for rows eight times as long: 0.02 · √8
        TieWordEmbeddings = true,
        BosTokenId = tokenizer.BosTokenId,
        EosTokenIds = [tokenizer.EosTokenId!.Value],
        PadTokenId = tokenizer.PadTokenId,
        DecoderStartTokenId = tokenizer.IdOf(WhisperTokens.Start),
    };

    private static void WriteProcessors(string folder, Tokenizer tokenizer)
    {
        ModelFolderFiles.WriteJson(folder, SpeechFeatureOptions.FileName, new JsonObject
        {
            ["feature_extractor_type"] = "WhisperFeatureExtractor",
            ["feature_size"] = 80,
            ["sampling_rate"] = 16_000,
            ["hop_length"] = 160,
            ["n_fft"] = 400,
            ["chunk_length"] = 2,
            ["padding_side"] = "right",
            ["padding_value"] = 0.0,
            ["return_attention_mask"] = false,
        });
        ModelFolderFiles.WriteJson(folder, GenerationOptions.FileName, new JsonObject
        {
            ["bos_token_id"] = tokenizer.BosTokenId,
            ["eos_token_id"] = tokenizer.EosTokenId,
            ["pad_token_id"] = tokenizer.PadTokenId,
            ["decoder_start_token_id"] = tokenizer.IdOf(WhisperTokens.Start),
            ["is_multilingual"] = true,
            ["lang_to_id"] = new JsonObject { [WhisperTokens.English] = tokenizer.IdOf(WhisperTokens.English) },
            ["task_to_id"] = new JsonObject { ["transcribe"] = tokenizer.IdOf("<|transcribe|>"), ["translate"] = tokenizer.IdOf("<|translate|>") },
            ["no_timestamps_token_id"] = tokenizer.IdOf("<|notimestamps|>"),
            ["language"] = "en",
            ["task"] = "transcribe",
            ["max_length"] = 32,
            ["return_timestamps"] = false,
        });
    }
}
