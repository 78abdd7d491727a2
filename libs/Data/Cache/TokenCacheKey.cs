using System.Security.Cryptography;

namespace Platform.Data.Cache;

/// <summary>What decides the tokens of a dataset; the same key means the same tokens.</summary>
/// <param name="DatasetDigest">Of the rows.</param>
/// <param name="TokenizerDigest">Of the tokenizer's files, the chat template among them.</param>
/// <param name="Encoding">Every option of the encoder, as text.</param>
public sealed record TokenCacheKey(string DatasetDigest, string TokenizerDigest, string Encoding)
{
    // Raised when the same inputs would give other tokens.
    private const int Version = 1;

    /// <summary>The key as the name of a folder: a SHA-256 digest in hexadecimal.</summary>
    public override string ToString() =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', $"platform.tokens.v{Version}", DatasetDigest, TokenizerDigest, Encoding))));
}
