using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Platform.FineTune.Operator;

/// <summary>Makes the token with which a worker reports: it is good for one stage of one run.</summary>
public sealed class WorkerTokens(OperatorSettings settings)
{
    public string Make(string runId, Stage stage) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(settings.RunTokenKey, Encoding.UTF8.GetBytes($"{runId}/{stage.Name}")));
}
