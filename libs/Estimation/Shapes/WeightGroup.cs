namespace Platform.Estimation.Shapes;

/// <summary>The part of a model that a weight belongs to.</summary>
public enum WeightGroup
{
    Embedding,
    PositionEmbedding,
    Attention,

    /// <summary>Feed-forward layers, all experts included.</summary>
    Mlp,

    /// <summary>What chooses experts.</summary>
    Router,
    Norm,

    /// <summary>The output matrix of a language model that does not share the embedding's.</summary>
    LanguageModelHead,

    /// <summary>Convolutions, poolers, projections and other heads.</summary>
    Other,
}
