using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)); some variants go on from norm(x) instead of x.</summary>
public sealed class ChatGlmBlock : nn.Module<Tensor, ForwardContext, Tensor>
{
    [ComponentName(Name = "input_layernorm")] private readonly nn.Module<Tensor, Tensor> _inputNorm;
    [ComponentName(Name = "self_attention")] private readonly ChatGlmAttention _attention;
    [ComponentName(Name = "post_attention_layernorm")] private readonly nn.Module<Tensor, Tensor> _attentionNorm;
    [ComponentName(Name = "mlp")] private readonly ChatGlmMlp _mlp;
    private readonly ChatGlmConfig _config;

    public ChatGlmBlock(ChatGlmConfig config, int index, ScalarType dtype, Device device)
        : base(nameof(ChatGlmBlock))
    {
        _config = config;
        _inputNorm = config.CreateNorm(dtype, device);
        _attention = new ChatGlmAttention(config, index, dtype, device);
        _attentionNorm = config.CreateNorm(dtype, device);
        _mlp = new ChatGlmMlp(config, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, ForwardContext context) // [batch, positions, hidden]
    {
        using var input = _inputNorm.call(x);
        using var attended = Dropout.Of(_attention.call(input, context), _config.HiddenDropout, training);
        using var middle = attended.add(_config.ResidualFromNorm ? input : x);
        using var normed = _attentionNorm.call(middle);
        using var transformed = Dropout.Of(_mlp.call(normed), _config.HiddenDropout, training);
        return transformed.add(_config.ResidualFromNorm ? normed : middle);
    }
}
