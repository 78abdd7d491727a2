using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.T5;

/// <summary>Attention to the own stack, in a decoder attention to the source, then the feed-forward layer.</summary>
internal sealed class T5Block : nn.Module<Tensor, StackContext, Tensor>
{
    [ComponentName(Name = "layer")] private readonly ModuleList<nn.Module<Tensor, StackContext, Tensor>> _layers;

    public T5Block(T5Config config, int index, bool decoder, ScalarType dtype, Device device)
        : base(nameof(T5Block))
    {
        var own = new T5Attention(config, index, readsSource: false, dtype, device);
        RelativeBias = own.RelativeBias;
        _layers = decoder
            ? [own, new T5Attention(config, index, readsSource: true, dtype, device), new T5FeedForward(config, dtype, device)]
            : [own, new T5FeedForward(config, dtype, device)];
        RegisterComponents();
    }

    /// <inheritdoc cref="T5Attention.RelativeBias"/>
    public TokenEmbedding? RelativeBias { get; }

    public override Tensor forward(Tensor x, StackContext context) // [batch, positions, hidden]
    {
        var hidden = x.alias();
        foreach (var layer in _layers)
        {
            using var input = hidden;
            hidden = HalfRange.Clamp(layer.call(input, context));
        }

        return hidden;
    }
}
