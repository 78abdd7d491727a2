using System.Buffers.Text;
using System.Text.Json;
using Platform.LocalCluster.ApiServer;

namespace Platform.LocalCluster.Handlers;

/// <summary>Where the next chunk of a list starts, and at which version the whole list is read.</summary>
internal sealed record ContinueToken(long Version, string Namespace, string Name)
{
    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { "v1", $"{Version}", Namespace, Name }));

    public static ContinueToken Parse(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(text)) is ["v1", var version, var ns, var name] && long.TryParse(version, out var number))
                return new ContinueToken(number, ns, name);
        }
        catch (Exception invalid) when (invalid is FormatException or JsonException)
        {
            throw Refused();
        }
        throw Refused();
    }

    private static ApiStatusException Refused() => ApiStatusException.BadRequest("continue key is not valid: invalid continue token");
}
