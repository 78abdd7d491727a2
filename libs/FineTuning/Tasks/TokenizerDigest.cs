using System.Security.Cryptography;

namespace Platform.FineTuning.Tasks;

/// <summary>The identity of what makes tokens in a model folder: every file that holds no weights, the chat template among them.</summary>
internal static class TokenizerDigest
{
    private static readonly string[] Weights = [".safetensors", ".bin", ".pt", ".pth", ".gguf"];

    public static string Of(string folder)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !Weights.Contains(Path.GetExtension(file)));
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            digest.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file) + "\n"));
            digest.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }
}
