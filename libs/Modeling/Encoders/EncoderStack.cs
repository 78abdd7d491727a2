using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>The blocks of an encoder under the name its family has for the list.</summary>
/// <typeparam name="TContext">what all blocks of a pass share, e.g. the mask</typeparam>
public sealed class EncoderStack<TContext> : nn.Module
{
    public EncoderStack(string listName, IEnumerable<nn.Module<Tensor, TContext, Tensor>> blocks)
        : base("EncoderStack")
    {
        var list = new ModuleList<nn.Module<Tensor, TContext, Tensor>>([.. blocks]);
        register_module(listName, list);
        Blocks = [.. list];
    }

    public IReadOnlyList<nn.Module<Tensor, TContext, Tensor>> Blocks { get; }

    /// <param name="input">[batch, positions, hidden]; is disposed</param>
    /// <param name="onHidden">is shown the input and every block's output, each valid during the call</param>
    /// <param name="count">how many of the blocks to run; all if absent</param>
    public Tensor Run(Tensor input, TContext context, Action<Tensor>? onHidden = null, int? count = null)
    {
        var hidden = input;
        onHidden?.Invoke(hidden);
        foreach (var block in Blocks.Take(count ?? Blocks.Count))
        {
            using var previous = hidden;
            hidden = block.call(previous, context);
            onHidden?.Invoke(hidden);
        }

        return hidden;
    }
}
