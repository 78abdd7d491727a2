using System.Security.Cryptography;

namespace Platform.LocalCluster.Handlers;

/// <summary>metadata.generateName: the prefix and five letters or digits that cannot spell words.</summary>
internal static class GeneratedNames
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int MaxLength = 63;

    public static string After(string prefix)
    {
        var suffix = RandomNumberGenerator.GetString(Alphabet, 5);
        return (prefix.Length > MaxLength - suffix.Length ? prefix[..(MaxLength - suffix.Length)] : prefix) + suffix;
    }
}
