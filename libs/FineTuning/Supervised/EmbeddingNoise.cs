using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.FineTuning.Supervised;

/// <summary>
/// NEFTune: x + u, u ~ U(-1, 1) · α / √(L d), for L positions of d numbers.
/// Jain et al.: "NEFTune: Noisy Embeddings Improve Instruction Finetuning", 2023, Algorithm 1.
/// Differs from the paper: L counts padding, as in transformers.
/// </summary>
public sealed record EmbeddingNoise(double Alpha)
{
    /// <summary>Has the model add the noise to its embeddings until the result is disposed.</summary>
    public IDisposable On(CausalLanguageModel model) => new Switch(model, Added);

    /// <summary>A new tensor: embeddings and noise.</summary>
    /// <param name="embedded">[batch, positions, hidden]</param>
    public Tensor Added(Tensor embedded)
    {
        var size = Alpha / Math.Sqrt(embedded.shape[1] * embedded.shape[2]);
        using var noise = empty_like(embedded, requires_grad: false).uniform_(-size, size);
        return embedded.add(noise);
    }

    private sealed class Switch : IDisposable
    {
        private readonly CausalLanguageModel _model;

        public Switch(CausalLanguageModel model, Func<Tensor, Tensor> added)
        {
            _model = model;
            model.OnEmbedded = added;
        }

        public void Dispose() => _model.OnEmbedded = null;
    }
}
