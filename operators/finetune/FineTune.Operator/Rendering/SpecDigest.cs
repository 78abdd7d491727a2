using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Platform.FineTune.Operator.Rendering;

/// <summary>
/// The identity of a worker's spec: SHA-256 of its protobuf JSON without the digest itself. The same job renders the same
/// bytes, so a result that carries the digest is the result of this spec and no other.
/// </summary>
internal static class SpecDigest
{
    public static string Of(IMessage specWithoutDigest) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(specWithoutDigest))));
}
