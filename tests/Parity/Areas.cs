namespace Platform.Parity;

/// <summary>The areas the library covers; one file each in this project.</summary>
public static class Areas
{
    public static readonly IReadOnlyList<IParityArea> All =
    [
        new AudioArea(),
        new Collation.CollationArea(),
        new KubernetesArea(),
        new ChatTemplates.ChatTemplatesArea(),
        new PeftArea(),
        new QuantizationArea(),
        new Tokenizers.TokenizersArea(),
        new Metrics.MetricsArea(),
        new ModelsArea(),
        new MoeArea(),
        new OptimArea(),
    ];
}
