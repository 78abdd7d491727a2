using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>A batch of texts as an encoder runs it: with the virtual tokens that stand in front of them. It disposes what it made.</summary>
internal sealed class VirtualText : IDisposable
{
    private readonly List<Tensor> _made = [];

    public VirtualText(TextInputs inputs, VirtualTokens? tokens) => Inputs = tokens switch
    {
        VirtualInputs first => new TextInputs(
            Made(first.Ids(inputs.InputIds))!,
            Made(first.Mask(inputs.AttentionMask, first.Count + inputs.InputIds.shape[1])),
            inputs.TokenTypeIds is { } types ? Made(nn.functional.pad(types, [first.Count, 0], value: 0)) : null,
            Made(first.Positions(inputs.PositionIds, inputs.AttentionMask)) is { } own ? Made(first.AllPositions(own)) : null),
        VirtualKeys keys => inputs with { PositionIds = Made(keys.Positions(inputs.PositionIds, inputs.AttentionMask)), PositionsBefore = keys.Count },
        _ => inputs,
    };

    public TextInputs Inputs { get; }

    private Tensor? Made(Tensor? tensor)
    {
        if (tensor is not null) _made.Add(tensor);
        return tensor;
    }

    public void Dispose()
    {
        foreach (var tensor in _made) tensor.Dispose();
        _made.Clear();
    }
}
