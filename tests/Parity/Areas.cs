namespace Platform.Parity;

/// <summary>The areas the library covers; one file each in this project.</summary>
public static class Areas
{
    public static readonly IReadOnlyList<IParityArea> All =
    [
        new PeftArea(),
        new QuantizationArea(),
        new Tokenizers.TokenizersArea(),
        new ModelsArea(),
        new OptimArea(),
    ];
}
