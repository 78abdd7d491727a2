using Platform.Modeling;
using Platform.Modeling.Tasks;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;
using Platform.Quickstart.Generator;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.BaseModels.Encoders;

/// <summary>Makes an encoder from pairs of texts: tokenizer, training on restoring them, and the folder.</summary>
/// <param name="Pairs">without end, for a seed</param>
/// <param name="Model">an empty model for a tokenizer</param>
public sealed record MaskedPretraining(Func<ulong, IEnumerable<(string Text, string Pair)>> Pairs, Func<Tokenizer, MaskedLanguageModel> Model)
{
    private const ulong CorpusSeed = 201, ExaminationSeed = 301;
    private const int TokenizerTexts = 4000, Examined = 300;

    public required int VocabularySize { get; init; }
    public required long Steps { get; init; }
    public required double LearningRate { get; init; }
    public int RowsPerStep { get; init; } = 32;

    /// <summary>The share of hidden tokens of new texts that the model must restore.</summary>
    public required double Passes { get; init; }

    /// <summary>
    /// The text in front of a pair that is a question ends in its reply, which is hidden as a whole: half of the time there, to be looked up in
    /// the other text, and half of the time where the other text says it, to be recognised as what was asked for.
    /// </summary>
    public Func<string, string>? Reply { get; init; }

    /// <summary>Whether the second text is hidden as a whole half of the time, so that the first alone must tell what it is about.</summary>
    public bool HidesPair { get; init; }

    public bool Make(string folder, long? steps)
    {
        new WordPieceTrainer { VocabularySize = VocabularySize }.Train(Pairs(CorpusSeed).Take(TokenizerTexts).SelectMany(pair => new[] { pair.Text, pair.Pair }), folder);
        var tokenizer = Tokenizer.Load(folder);
        var options = Pretraining.Options(steps ?? Steps, LearningRate);
        var rows = Mask(tokenizer, CorpusSeed, (int)options.MaxSteps!.Value * RowsPerStep);

        using var model = Model(tokenizer);
        Pretraining.Run(model, options, Pretraining.Steps(new MaskedObjective(model, rows), rows.Select(row => row.Masked.Ids.Count), RowsPerStep));
        model.SaveHalf(folder);

        using var saved = PretrainedModel.Load<MaskedLanguageModel>(folder, CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        var restored = new MaskedObjective(saved, Mask(tokenizer, ExaminationSeed, Examined)).Accuracy(RowsPerStep);
        Console.WriteLine($"restores {restored:p1} of the hidden tokens of texts it has not read");
        return restored >= Passes;
    }

    private List<MaskedText> Mask(Tokenizer tokenizer, ulong seed, int count)
    {
        var draw = new Draw(seed);
        return [.. Pairs(seed).Take(count).Select(pair =>
        {
            var text = tokenizer.EncodePair(pair.Text, pair.Pair);
            return MaskedText.Of(text, tokenizer, draw, Whole(tokenizer, pair, text, draw));
        })];
    }

    private Range? Whole(Tokenizer tokenizer, (string Text, string Pair) pair, Encoding text, Draw draw)
    {
        if (Reply is null && !HidesPair) return null;
        var heads = draw.Below(2) == 0;
        if (Reply is not null) return Place(tokenizer, pair, text, inQuestion: heads);
        return heads ? (End(tokenizer, pair.Text) + 1)..(text.Length - 1) : null;
    }

    // Null: the other text does not say it.
    private Range? Place(Tokenizer tokenizer, (string Text, string Pair) pair, Encoding text, bool inQuestion)
    {
        ReadOnlySpan<int> ids = text.Ids.ToArray();
        ReadOnlySpan<int> reply = tokenizer.Encode(Reply!(pair.Text), addSpecialTokens: false).Ids.ToArray();
        var end = End(tokenizer, pair.Text);
        var start = inQuestion ? end - reply.Length : ids[end..].IndexOf(reply) is >= 0 and var found ? end + found : -1;
        return start < 0 ? null : start..(start + reply.Length);
    }

    // Where [SEP] stands between the texts.
    private static int End(Tokenizer tokenizer, string text) => tokenizer.Encode(text).Length - 1;
}
