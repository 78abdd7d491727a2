using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>The tables an encoder of text adds up.</summary>
public sealed record TextEmbeddingOptions
{
    public required long VocabularySize { get; init; }
    public required long HiddenSize { get; init; }

    /// <summary>The width of the tables; a projection follows where it is not the hidden size.</summary>
    public required long EmbeddingSize { get; init; }

    /// <summary>How many positions have a vector; 0: none.</summary>
    public long Positions { get; init; }

    /// <summary>How many kinds of text are told apart; 0: none.</summary>
    public long Types { get; init; }

    /// <summary>The id of padding, whose vector is not trained.</summary>
    public long? PaddingId { get; init; }

    /// <summary>Positions count from the one after this, skipping tokens of this id, which have it for their position; null: from 0.</summary>
    public long? PositionsAfter { get; init; }

    public required double NormEpsilon { get; init; }
    public double Dropout { get; init; }
}

/// <summary>norm(token + position + type), the input of an encoder's first block.</summary>
public sealed class TextEmbeddings : nn.Module<TextInputs, Tensor>
{
    [ComponentName(Name = "word_embeddings")] private readonly nn.Module<Tensor, Tensor> _tokens;
    [ComponentName(Name = "position_embeddings")] private readonly nn.Module<Tensor, Tensor>? _positions;
    [ComponentName(Name = "token_type_embeddings")] private readonly nn.Module<Tensor, Tensor>? _types;
    [ComponentName(Name = "embed_proj")] private readonly nn.Module<Tensor, Tensor>? _projection;
    [ComponentName(Name = "LayerNorm")] private readonly LayerNorm _norm;
    private readonly TextEmbeddingOptions _options;

    public TextEmbeddings(TextEmbeddingOptions options, ScalarType dtype, Device device)
        : base(nameof(TextEmbeddings))
    {
        _options = options;
        TokenEmbedding = new TokenEmbedding(options.VocabularySize, options.EmbeddingSize, dtype, device, paddingId: options.PaddingId);
        _tokens = TokenEmbedding;
        _positions = options.Positions > 0 ? new TokenEmbedding(options.Positions, options.EmbeddingSize, dtype, device, positions: true, options.PositionsAfter) : null;
        _types = options.Types > 0 ? new TokenEmbedding(options.Types, options.EmbeddingSize, dtype, device) : null;
        _projection = options.EmbeddingSize != options.HiddenSize ? new Linear(options.EmbeddingSize, options.HiddenSize, bias: false, dtype, device) : null;
        _norm = new LayerNorm(options.HiddenSize, options.NormEpsilon, dtype, device);
        RegisterComponents();
    }

    /// <summary>The table of tokens the model was created with, whatever wraps it now.</summary>
    internal TokenEmbedding TokenEmbedding { get; }

    /// <exception cref="ArgumentException">The text is longer than the model's positions, or the mask is not of its shape.</exception>
    public override Tensor forward(TextInputs inputs) // -> [batch, positions, hidden]
    {
        if (inputs.AttentionMask is { } mask && !mask.shape.SequenceEqual(inputs.InputIds.shape))
        {
            throw new ArgumentException($"The attention mask is [{string.Join(", ", mask.shape)}]; the ids are [{string.Join(", ", inputs.InputIds.shape)}], and each needs one number.");
        }

        using var scope = NewDisposeScope();
        var sum = _tokens.call(inputs.InputIds);
        if (_types is not null) sum = sum.add(_types.call(inputs.TokenTypeIds ?? zeros([1, inputs.InputIds.shape[1]], ScalarType.Int64, inputs.InputIds.device)));
        if (_positions is not null) sum = sum.add(_positions.call(inputs.PositionIds ?? Counted(inputs.InputIds, inputs.PositionsBefore)));
        if (_projection is not null) sum = _projection.call(sum);
        return Dropout.Of(_norm.call(sum), _options.Dropout, training).MoveToOuterDisposeScope();
    }

    private Tensor Counted(Tensor ids, long before)
    {
        LearnedPositions.Require(ids, _options.Positions - (_options.PositionsAfter + 1 ?? 0) - before);
        if (_options.PositionsAfter is not { } padding) return LearnedPositions.Counted(ids, before);

        var real = ids.ne(padding).to(ScalarType.Int64);
        return (real.cumsum(1) + before) * real + padding;
    }
}
