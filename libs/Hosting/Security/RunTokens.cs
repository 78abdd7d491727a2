using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Platform.Hosting.Grpc;

namespace Platform.Hosting.Security;

/// <summary>
/// Tokens that let a worker report about one stage of one run and nothing else: base64url(HMAC-SHA256(key, "run_id/stage")). The operator makes
/// them, services check them; nothing is stored.
/// </summary>
public sealed class RunTokens(byte[] key)
{
    private const int ShortestKey = 16;

    /// <param name="value">The configuration value RUN_TOKEN_KEY.</param>
    /// <exception cref="FormatException">It is not base64 of at least 16 bytes.</exception>
    public static RunTokens FromConfiguration(string? value) => Problem(value) is { } problem ? throw new FormatException(problem) : new RunTokens(Convert.FromBase64String(value!));

    /// <summary>What is wrong with a RUN_TOKEN_KEY, or null.</summary>
    public static string? Problem(string? value)
    {
        var bytes = new byte[value?.Length ?? 0];
        return value is { Length: > 0 } && Convert.TryFromBase64String(value, bytes, out var length) && length >= ShortestKey
            ? null
            : $"RUN_TOKEN_KEY must be base64 of at least {ShortestKey} bytes, for example from 'openssl rand -base64 32'.";
    }

    /// <param name="stage"><c>train</c>, <c>quantize</c> or <c>evaluate</c>.</param>
    public string Make(Guid runId, string stage) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{runId:D}/{stage}")));

    /// <summary>Whether the token is that of the run's stage; takes equally long either way.</summary>
    public bool Check(string token, Guid runId, string stage) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Make(runId, stage)));

    /// <exception cref="RpcException">UNAUTHENTICATED without a bearer token, PERMISSION_DENIED with one of another run or stage.</exception>
    public void Require(ServerCallContext context, Guid runId, string stage)
    {
        const string scheme = "Bearer ";
        var header = context.RequestHeaders.GetValue("authorization");
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            throw Refusal.Of(StatusCode.Unauthenticated, "The call has no 'Authorization: Bearer <run token>'; workers get theirs in RUN_TOKEN.");
        if (!Check(header[scheme.Length..].Trim(), runId, stage))
            throw Refusal.Of(StatusCode.PermissionDenied, $"The run token is not that of run {runId}, stage {stage}.");
    }
}
