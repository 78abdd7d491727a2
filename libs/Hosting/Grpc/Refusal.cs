using Grpc.Core;

namespace Platform.Hosting.Grpc;

/// <summary>Answers that tell the caller what to change.</summary>
public static class Refusal
{
    public static RpcException NotFound(string message) => Of(StatusCode.NotFound, message);

    public static RpcException FailedPrecondition(string message) => Of(StatusCode.FailedPrecondition, message);

    public static RpcException InvalidArgument(string message) => Of(StatusCode.InvalidArgument, message);

    internal static RpcException Of(StatusCode code, string message) => new(new Status(code, message), message);
}
