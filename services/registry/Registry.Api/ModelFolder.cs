using System.Text.Json;
using Platform.Artifacts;

namespace Platform.Registry.Api;

/// <summary>Which files of a folder make up a model in the Hugging Face layout, and which are missing.</summary>
internal static class ModelFolder
{
    private static readonly string[] Endings = [".json", ".safetensors", ".model", ".txt", ".jinja", ".md"];

    /// <summary>The files worth keeping: weights, configuration, tokenizer, licence. Not hidden files and not weights in other formats.</summary>
    public static IReadOnlyList<ImportedFile> Select(IEnumerable<ImportedFile> files) =>
        [.. files.Where(file => !file.Path.StartsWith('.') && file.Path != "SHA256SUMS" && (Endings.Any(ending => file.Path.EndsWith(ending, StringComparison.Ordinal)) || !file.Path.Contains('.')))];

    /// <summary>Every reason why the files are no model; empty when they are one.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(IReadOnlyList<ImportedFile> files, CancellationToken cancellation)
    {
        List<string> problems = [];
        var names = files.Select(file => file.Path).ToHashSet();
        if (!names.Contains("config.json")) problems.Add("config.json is missing (the architecture).");
        if (!names.Contains("tokenizer.json")) problems.Add("tokenizer.json is missing (the tokenizer in the fast format; save it with save_pretrained of a fast tokenizer).");
        var index = files.FirstOrDefault(file => file.Path == "model.safetensors.index.json");
        if (index is null)
        {
            if (!names.Contains("model.safetensors")) problems.Add("model.safetensors is missing (the weights), and there is no model.safetensors.index.json that names its parts.");
        }
        else
        {
            problems.AddRange(await MissingPartsAsync(index, names, cancellation));
        }
        return problems;
    }

    private static async Task<IEnumerable<string>> MissingPartsAsync(ImportedFile index, HashSet<string> names, CancellationToken cancellation)
    {
        try
        {
            await using var content = await index.OpenAsync(cancellation);
            using var json = await JsonDocument.ParseAsync(content, cancellationToken: cancellation);
            var parts = json.RootElement.GetProperty("weight_map").EnumerateObject().Select(tensor => tensor.Value.GetString() ?? "").Distinct().Order(StringComparer.Ordinal).ToList();
            return parts.Where(part => !names.Contains(part)).Select(part => $"{part} is missing, which model.safetensors.index.json names.").ToList();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [$"model.safetensors.index.json cannot be read: {exception.Message}"];
        }
    }
}
