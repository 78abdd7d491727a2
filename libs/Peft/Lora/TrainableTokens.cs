using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Peft.Layers;

namespace Platform.Peft.Lora;

/// <summary>Finds the embedding, and the head tied to it, whose rows a LoRA trains.</summary>
internal static class TrainableTokens
{
    /// <exception cref="ArgumentException">The model has no embedding of tokens, or not so many rows.</exception>
    public static IEnumerable<(string Path, LayerUpdate Update)> Of(PretrainedModel model, IReadOnlyList<int> tokens)
    {
        if (tokens.Count == 0) return [];
        var (path, embedding) = Embeddings(model).FirstOrDefault();
        if (embedding is null) throw new ArgumentException("trainable_token_indices are given, but the model has no embedding of tokens.");
        var rows = embedding.Weight.shape[0];
        if (tokens.Any(token => token < 0 || token >= rows)) throw new ArgumentException($"trainable_token_indices [{string.Join(", ", tokens)}] must lie in 0..{rows - 1}; for new tokens enlarge the embedding first.");

        var update = new TokenRowsUpdate(embedding, tokens);
        return Heads(model, embedding).Select(head => (head, (LayerUpdate)new TokenRowsUpdate(update))).Prepend((path, update));
    }

    private static IEnumerable<(string Path, TokenEmbedding Embedding)> Embeddings(PretrainedModel model) =>
        ModuleTree.OfType<TokenEmbedding>(model).Select(item => (Outer(item.Path), item.Module));

    private static IEnumerable<string> Heads(PretrainedModel model, TokenEmbedding embedding) =>
        ModuleTree.OfType<TiedLinear>(model).Where(item => item.Module.Weight.Handle == embedding.Weight.Handle).Select(item => Outer(item.Path));

    // Where adapters are on the layer already.
    private static string Outer(string path) => path.EndsWith(".base_layer", StringComparison.Ordinal) ? path[..^".base_layer".Length] : path;
}
