using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.ChatGlm;

/// <summary>The token embedding, one level deeper than elsewhere.</summary>
public sealed class ChatGlmEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "word_embeddings")] private readonly nn.Module<Tensor, Tensor> _words;

    public ChatGlmEmbedding(ChatGlmConfig config, ScalarType dtype, Device device)
        : base(nameof(ChatGlmEmbedding))
    {
        _words = new TokenEmbedding(config.VocabularySize, config.HiddenSize, dtype, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids) => _words.call(ids); // [...] -> [..., hidden]
}
