using System.Text.Json;

namespace Platform.Data.Cache;

/// <summary>What is in a folder of tokens; written last.</summary>
/// <param name="Counts">What whoever made the tokens wants to know again.</param>
/// <param name="Files">In the order of the rows.</param>
internal sealed record CacheIndex(IReadOnlyDictionary<string, long> Counts, IReadOnlyList<CacheFile> Files)
{
    public const string Name = "index.json";

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, Name), JsonSerializer.SerializeToUtf8Bytes(this));

    /// <exception cref="InvalidDataException">There is none, or it is damaged.</exception>
    public static CacheIndex Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<CacheIndex>(File.ReadAllBytes(Path.Combine(folder, Name))) is { Counts: not null, Files: not null } index
                ? index
                : throw new InvalidDataException($"{Name} lacks a field.");
        }
        catch (Exception damage) when (damage is JsonException or FileNotFoundException)
        {
            throw new InvalidDataException($"{Name} cannot be read.", damage);
        }
    }
}

/// <summary>One file of tokens.</summary>
/// <param name="Hash">XXH3 of 128 bits over the file: against damage, not against forgery.</param>
internal sealed record CacheFile(string Name, long Rows, long Bytes, string Hash);
