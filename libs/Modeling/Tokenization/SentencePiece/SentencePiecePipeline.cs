using System.Collections.Frozen;
using Platform.Modeling.Tokenization.AddedTokens;
using Platform.Modeling.Tokenization.PostProcessors;

namespace Platform.Modeling.Tokenization.SentencePiece;

/// <summary>The pipeline that a <c>tokenizer.model</c> stands for, by the class that tokenizer_config.json names.</summary>
internal static class SentencePiecePipeline
{
    /// <summary>ChatGLM3's tokens behind the SentencePiece vocabulary, in the order of their ids.</summary>
    private static readonly string[] GlmTokens =
        ["[MASK]", "[gMASK]", "[sMASK]", "sop", "eop", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>"];

    public static TokenizerPipeline Of(SentencePieceFile file, TokenizerConfig config, IEnumerable<AddedToken> listed)
    {
        var vocabulary = new SentencePieceVocabulary(file);
        if (config.TokenizerClass == "ChatGLMTokenizer") return ChatGlm(file, vocabulary, config);
        if (SentencePieceDefinition.Of(file, config, listed) is { } definition) return TokenizerPipeline.Read(System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString()));

        var named = config.NamedTokens.Values.Distinct(StringComparer.Ordinal)
            .Select(token => (Content: token, Id: vocabulary.IdOf(token)))
            .Where(token => token.Id is not null)
            .Select(token => Special(token.Content, token.Id!.Value));
        var (start, end) = (Token(config.AddBosToken, config.BosToken), Token(config.AddEosToken, config.EosToken));
        return Of(file, vocabulary, named.Concat(listed).DistinctBy(token => token.Id), inTemplatesOnly: false) with
        {
            PostProcessor = new TemplateProcessor(
                [.. start, TemplateProcessor.Text(0, 0), .. end],
                [.. start, TemplateProcessor.Text(0, 0), .. end, .. start, TemplateProcessor.Text(1, 1), .. end]),
        };

        TemplateProcessor.Piece[] Token(bool wanted, string? token) =>
            wanted && token is not null && vocabulary.IdOf(token) is { } id ? [TemplateProcessor.Special((id, token), 0)] : [];
    }

    // [gMASK] sop in front of every text; of a pair the second text ends with </s>. Special tokens in a text are text, unless
    // encode_special_tokens is set. The ids of <s>, </s> and <unk> have no text.
    private static TokenizerPipeline ChatGlm(SentencePieceFile file, SentencePieceVocabulary vocabulary, TokenizerConfig config)
    {
        var tokens = GlmTokens.Select((token, index) => Special(token, vocabulary.Count + index)).ToList();
        var silent = new[] { vocabulary.UnknownId, vocabulary.IdOf("<s>") ?? -1, vocabulary.IdOf("</s>") ?? -1 }.ToFrozenSet();
        TemplateProcessor.Piece[] prefix = [.. new[] { "[gMASK]", "sop" }.Select(name => TemplateProcessor.Special((tokens.Single(token => token.Content == name).Id, name), 0))];
        var end = vocabulary.IdOf("</s>") ?? throw new InvalidDataException("tokenizer.model has no piece '</s>', which ChatGLM3 puts behind a pair.");
        return Of(file, vocabulary, tokens, inTemplatesOnly: !(config.Json?.Flag("encode_special_tokens", false) ?? false)) with
        {
            SilentIds = silent,
            PostProcessor = new TemplateProcessor(
                [.. prefix, TemplateProcessor.Text(0, 0)],
                [.. prefix, TemplateProcessor.Text(0, 0), TemplateProcessor.Text(1, 0), TemplateProcessor.Special((end, "</s>"), 0)]),
        };
    }

    private static TokenizerPipeline Of(SentencePieceFile file, SentencePieceVocabulary vocabulary, IEnumerable<AddedToken> added, bool inTemplatesOnly)
    {
        var userDefined = new TokenTrie<bool>();
        foreach (var piece in vocabulary.UserDefined) userDefined.Add(piece, true);
        ISegmenter segmenter = file.IsBytePair ? new BytePairSegmenter(vocabulary, userDefined) : new UnigramSegmenter(vocabulary);
        return new TokenizerPipeline
        {
            Added = new AddedVocabulary(added, new SentencePieceNormalizer(file, userDefined), inTemplatesOnly),
            Model = new SentencePieceModel(vocabulary, segmenter, file.ByteFallback),
            Decoder = new SentencePieceDecoder(vocabulary, file),
        };
    }

    private static AddedToken Special(string content, int id) =>
        new(id, content, SingleWord: false, LeftStrip: false, RightStrip: false, Normalized: false, Special: true);
}
