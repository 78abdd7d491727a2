using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>What a service's or the object store's refusal means for a job.</summary>
internal static class ServiceOutcome
{
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for an answer; a dataset or model is read and stored within it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Whether asking again with the same request cannot help.</summary>
    public static bool IsRefusal(this RpcException problem) =>
        problem.StatusCode is StatusCode.NotFound or StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange;

    public static Outcome Of(RpcException problem) => new Outcome.Waiting(
        Reasons.ServiceUnavailable, $"A service answered {problem.StatusCode}: {problem.Status.Detail}. It is asked again.", RetryAfter);

    public static Outcome Of(StorageUnavailableException problem) => new Outcome.Waiting(
        Reasons.StorageUnavailable, $"The object store cannot be read: {problem.Message}. It is tried again; nothing is lost.", RetryAfter);
}
