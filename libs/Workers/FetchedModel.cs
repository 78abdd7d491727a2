namespace Platform.Workers;

/// <summary>A model on this machine.</summary>
/// <param name="Folder">the base's, in the Hugging Face layout</param>
/// <param name="Adapters">folders in the PEFT layout, in the order in which they apply</param>
public sealed record FetchedModel(string Folder, IReadOnlyList<string> Adapters);
