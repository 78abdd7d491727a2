using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>The blocks and the final norm, if there is one: the names below <c>transformer.encoder.</c> in the checkpoint.</summary>
public sealed class ChatGlmEncoder : nn.Module
{
    [ComponentName(Name = "layers")] private readonly ModuleList<ChatGlmBlock> _layers;
    [ComponentName(Name = "final_layernorm")] private readonly nn.Module<Tensor, Tensor>? _norm;

    public ChatGlmEncoder(ChatGlmConfig config, ScalarType dtype, Device device)
        : base(nameof(ChatGlmEncoder))
    {
        _layers = new ModuleList<ChatGlmBlock>([.. Enumerable.Range(0, config.Layers).Select(i => new ChatGlmBlock(config, i, dtype, device))]);
        _norm = config.HasFinalNorm ? config.CreateNorm(dtype, device) : null;
        RegisterComponents();
        Blocks = [.. _layers];
    }

    internal IReadOnlyList<nn.Module<Tensor, ForwardContext, Tensor>> Blocks { get; }

    internal Tensor FinalNorm(Tensor hidden) => _norm?.call(hidden) ?? hidden.alias();
}
