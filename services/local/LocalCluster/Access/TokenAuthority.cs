using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Platform.LocalCluster.Json;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Access;

/// <summary>
/// Bearer tokens: the administrator's, made at the first start and kept beside the data, and signed tokens of service accounts, valid
/// while their account exists and their time is not over.
/// </summary>
public sealed class TokenAuthority
{
    public const string Audience = "https://kubernetes.default.svc.cluster.local";

    private static readonly Caller Administrator = new("kubernetes-admin", "", ["system:masters", "system:authenticated"]);
    private static readonly string Header = Base64Url.EncodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"u8);

    private readonly byte[] _key;
    private readonly ObjectStore _store;
    private readonly TimeProvider _clock;

    public TokenAuthority(string folder, ObjectStore store, TimeProvider clock)
    {
        (_store, _clock) = (store, clock);
        _key = Secret(Path.Combine(folder, "token.key"));
        AdministratorToken = Convert.ToHexStringLower(Secret(Path.Combine(folder, "admin.token")));
    }

    public string AdministratorToken { get; }

    /// <summary>Null when the token is none of ours, is expired, or its account is gone.</summary>
    public Caller? Identify(string token)
    {
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(AdministratorToken))) return Administrator;
        var parts = token.Split('.');
        if (parts.Length != 3 || parts[0] != Header) return null;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(parts[0], parts[1])), Encoding.UTF8.GetBytes(parts[2]))) return null;
        var claims = JsonText.Parse(Base64Url.DecodeFromChars(parts[1]));
        if (claims.Integer("exp") is not { } expiry || expiry < _clock.GetUtcNow().ToUnixTimeSeconds()) return null;
        var (ns, name, uid) = (claims.Text("kubernetes.io", "namespace") ?? "", claims.Text("kubernetes.io", "serviceaccount", "name") ?? "", claims.Text("kubernetes.io", "serviceaccount", "uid") ?? "");
        if (_store.Latest(new ObjectKey("serviceaccounts", ns, name))?.Peek().Text("metadata", "uid") != uid) return null;
        return new Caller($"system:serviceaccount:{ns}:{name}", uid, ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"]);
    }

    public string Issue(string ns, string account, string uid, IEnumerable<string> audiences, DateTimeOffset expiry)
    {
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]),
            ["exp"] = expiry.ToUnixTimeSeconds(),
            ["iat"] = _clock.GetUtcNow().ToUnixTimeSeconds(),
            ["iss"] = Audience,
            ["jti"] = Guid.NewGuid().ToString(),
            ["sub"] = $"system:serviceaccount:{ns}:{account}",
            ["kubernetes.io"] = new JsonObject { ["namespace"] = ns, ["serviceaccount"] = new JsonObject { ["name"] = account, ["uid"] = uid } },
        };
        var payload = Base64Url.EncodeToString(JsonText.Write(claims));
        return $"{Header}.{payload}.{Sign(Header, payload)}";
    }

    private string Sign(string header, string payload) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"{header}.{payload}")));

    private static byte[] Secret(string path)
    {
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: 32 } kept) return kept;
        var made = RandomNumberGenerator.GetBytes(32);
        PrivateFile.Create(path, made);
        return made;
    }
}
