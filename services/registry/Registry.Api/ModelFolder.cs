using System.Text.Json;
using Platform.Artifacts;

namespace Platform.Registry.Api;

/// <summary>Which files of a folder make up a model in the Hugging Face layout, and which are missing.</summary>
internal static class ModelFolder
{
    private const string IndexSuffix = ".index.json";

    private static readonly string[] Endings = [".json", ".safetensors", ".model", ".txt", ".jinja", ".md"];

    // In the order in which they are loaded.
    private static readonly string[] Weights = ["model.safetensors", "pytorch_model.bin"];

    // Each of these sets is a tokenizer: the fast format, SentencePiece under its names, WordPiece, byte-level BPE.
    private static readonly string[][] Tokenizers =
        [["tokenizer.json"], ["tokenizer.model"], ["spiece.model"], ["sentencepiece.bpe.model"], ["spm.model"], ["vocab.txt"], ["vocab.json", "merges.txt"]];

    /// <summary>The files worth keeping: weights, configuration, tokenizer, licence. Not hidden files, and no weights that are in safetensors already.</summary>
    public static IReadOnlyList<ImportedFile> Select(IReadOnlyCollection<ImportedFile> files)
    {
        var pickled = !files.Any(file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal));
        return [.. files.Where(file => !file.Path.StartsWith('.') && file.Path != "SHA256SUMS" && (IsKept(file.Path) || (pickled && IsPickle(file.Path))))];
    }

    private static bool IsKept(string path) => !path.Contains('.') || Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal));

    private static bool IsPickle(string path) => path.StartsWith("pytorch_model", StringComparison.Ordinal) && path.EndsWith(".bin", StringComparison.Ordinal);

    /// <summary>Every reason why the files are no model; empty when they are one.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(IReadOnlyList<ImportedFile> files, CancellationToken cancellation)
    {
        List<string> problems = [];
        var names = files.Select(file => file.Path).ToHashSet();
        if (!names.Contains("config.json")) problems.Add("config.json is missing (the architecture).");
        if (!Tokenizers.Any(set => set.All(names.Contains)))
            problems.Add("tokenizer.json is missing (the tokenizer), and so are the older files: tokenizer.model, spiece.model, vocab.txt, or vocab.json with merges.txt.");
        if (Weights.Any(names.Contains)) return problems;
        var index = files.FirstOrDefault(file => Weights.Any(single => file.Path == single + IndexSuffix));
        if (index is null) problems.Add("model.safetensors is missing (the weights), and so are model.safetensors.index.json, pytorch_model.bin and pytorch_model.bin.index.json.");
        else problems.AddRange(await MissingPartsAsync(index, names, cancellation));
        return problems;
    }

    private static async Task<IEnumerable<string>> MissingPartsAsync(ImportedFile index, HashSet<string> names, CancellationToken cancellation)
    {
        try
        {
            await using var content = await index.OpenAsync(cancellation);
            using var json = await JsonDocument.ParseAsync(content, cancellationToken: cancellation);
            var parts = json.RootElement.GetProperty("weight_map").EnumerateObject().Select(tensor => tensor.Value.GetString() ?? "").Distinct().Order(StringComparer.Ordinal).ToList();
            return parts.Where(part => !names.Contains(part)).Select(part => $"{part} is missing, which {index.Path} names.").ToList();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [$"{index.Path} cannot be read: {exception.Message}"];
        }
    }
}
