namespace Platform.Parity;

/// <summary>The areas the library covers; one file each in this project.</summary>
public static class Areas
{
    public static readonly IReadOnlyList<IParityArea> All =
    [
        new ChatTemplates.ChatTemplatesArea(),
        new Tokenizers.TokenizersArea(),
        new ModelsArea(),
    ];
}
