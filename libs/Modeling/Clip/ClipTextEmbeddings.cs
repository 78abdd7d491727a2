using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Clip;

/// <summary>Tokens with their learned positions.</summary>
public sealed class ClipTextEmbeddings : nn.Module<Tensor, Tensor?, Tensor>
{
    [ComponentName(Name = "token_embedding")] private readonly nn.Module<Tensor, Tensor> _tokens;
    [ComponentName(Name = "position_embedding")] private readonly nn.Module<Tensor, Tensor> _positions;
    private readonly long _maxPositions;

    public ClipTextEmbeddings(ClipTextConfig config, ScalarType dtype, Device device)
        : base(nameof(ClipTextEmbeddings))
    {
        _maxPositions = config.MaxPositions;
        _tokens = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        _positions = new TokenEmbedding(config.MaxPositions, config.HiddenSize, dtype, device, positions: true);
        RegisterComponents();
    }

    /// <param name="positionIds">counted if absent</param>
    /// <exception cref="ArgumentException">The text is longer than the model's positions.</exception>
    public override Tensor forward(Tensor inputIds, Tensor? positionIds) // [batch, positions] -> [batch, positions, hidden]
    {
        LearnedPositions.Require(inputIds, _maxPositions);
        using var tokens = _tokens.call(inputIds);
        using var counted = positionIds is null ? LearnedPositions.Counted(inputIds) : null;
        using var positions = _positions.call(positionIds ?? counted!);
        return tokens.add(positions);
    }
}
