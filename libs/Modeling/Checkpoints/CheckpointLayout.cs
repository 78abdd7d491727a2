using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>A tensor of a checkpoint and the part of a parameter it fills.</summary>
public sealed record StoredPart(string Key, Tensor Destination);

/// <summary>How the keys of a family's checkpoints, old and new, become the names of its parameters.</summary>
public sealed record CheckpointLayout
{
    /// <summary>Stored names are the parameters' names.</summary>
    public static readonly CheckpointLayout Plain = new();

    /// <summary>
    /// The name of the model below its head, e.g. <c>bert</c>. Files of the bare model lack it, files with a head have it; parameters
    /// outside of it belong to the head.
    /// </summary>
    public string? BaseModel { get; init; }

    /// <summary>Old names and new ones, applied in order to every stored key. Replacements are those of regular expressions.</summary>
    public IReadOnlyList<(Regex Old, string New)> Renames { get; init; } = [];

    /// <summary>Keys, after renaming, of buffers that the model computes itself.</summary>
    public IReadOnlyList<Regex> Ignored { get; init; } = [];

    /// <summary>Parameters of the base model that only some heads read, such as BERT's pooler: with a new head they may begin anew.</summary>
    public IReadOnlyList<Regex> HeadOnly { get; init; } = [];

    /// <summary>
    /// How a parameter lies in files that keep it in parts or under another name, which is how it is saved; null where it lies there as it is.
    /// </summary>
    public Func<string, Tensor, IReadOnlyList<StoredPart>?> Parts { get; init; } = (_, _) => null;

    /// <summary>Sets in the config what only the weights tell; called before the model is created.</summary>
    public Action<JsonObject, ModelFolder>? Amend { get; init; }

    /// <summary>The path that files have for a linear layer; its own where its weight lies there as it is, or in several parts.</summary>
    public string PathOf(string layer)
    {
        using var weight = empty(1, 1, device: META);
        const string suffix = ".weight";
        var parts = Parts(layer + suffix, weight);
        foreach (var part in parts?.Where(part => !ReferenceEquals(part.Destination, weight)) ?? []) part.Destination.Dispose();
        return parts is [{ Key: var key }] && key.EndsWith(suffix, StringComparison.Ordinal) ? key[..^suffix.Length] : layer;
    }

    /// <summary>The parameter's name of a stored key; null for what is ignored.</summary>
    public string? NameOf(string key)
    {
        foreach (var (old, replacement) in Renames) key = old.Replace(key, replacement);
        return Ignored.Any(pattern => pattern.IsMatch(key)) ? null : key;
    }
}
