using System.Collections.Frozen;
using System.Text.Json;
using Platform.Modeling.Tokenization.AddedTokens;
using Platform.Modeling.Tokenization.Decoders;
using Platform.Modeling.Tokenization.Models;
using Platform.Modeling.Tokenization.Normalizers;
using Platform.Modeling.Tokenization.PostProcessors;
using Platform.Modeling.Tokenization.PreTokenizers;

namespace Platform.Modeling.Tokenization;

/// <summary>The parts of a tokenizer, in the order in which a text passes through them; the decoder goes back.</summary>
internal sealed record TokenizerPipeline
{
    /// <summary>Holds the normalizer too, because some added tokens are looked for before it and some behind it.</summary>
    public required AddedVocabulary Added { get; init; }

    public IPreTokenizer? PreTokenizer { get; init; }

    public required ITokenModel Model { get; init; }

    public IPostProcessor? PostProcessor { get; init; }

    public IDecoder? Decoder { get; init; }

    /// <summary>Ids whose token is shown as nothing, as some Python classes have it; decoding still knows what they are.</summary>
    public IReadOnlySet<int> SilentIds { get; init; } = FrozenSet<int>.Empty;

    /// <summary>The parts that a tokenizer.json describes.</summary>
    public static TokenizerPipeline Read(ReadOnlyMemory<byte> definition)
    {
        using var document = JsonDocument.Parse(definition);
        var json = document.RootElement;
        return new TokenizerPipeline
        {
            Added = new AddedVocabulary(
                json.Part("added_tokens")?.EnumerateArray().Select(token => AddedToken.Read(token)) ?? [],
                json.Part("normalizer") is { } normalizer ? NormalizerReader.Read(normalizer) : null),
            PreTokenizer = json.Part("pre_tokenizer") is { } preTokenizer ? PreTokenizerReader.Read(preTokenizer) : null,
            Model = TokenModelReader.Read(json.GetProperty("model")),
            PostProcessor = json.Part("post_processor") is { } postProcessor ? PostProcessorReader.Read(postProcessor) : null,
            Decoder = json.Part("decoder") is { } decoder ? DecoderReader.Read(decoder) : null,
        };
    }
}
