using System.Data.Common;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Platform.Artifacts;

namespace Platform.Hosting.Grpc;

/// <summary>Gives every failure the status a caller can act on. What nobody expected is logged and says only where to look.</summary>
internal sealed partial class ErrorMapping(ILogger<ErrorMapping> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Map(exception, context);
        }
    }

    private RpcException Map(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return Refusal.Of(StatusCode.Cancelled, "The caller went away.");
            case ArtifactNotFoundException:
                return Refusal.Of(StatusCode.NotFound, exception.Message);
            case DigestMismatchException:
                return Refusal.Of(StatusCode.DataLoss, exception.Message);
            case DbUpdateException or DbException:
                Failed(logger, context.Method, exception);
                return Refusal.Of(StatusCode.Unavailable, "The database did not answer; try again.");
            default:
                Failed(logger, context.Method, exception);
                return Refusal.Of(StatusCode.Internal, $"Unexpected error; the service's log has it under trace {System.Diagnostics.Activity.Current?.TraceId.ToString() ?? "id unknown"}.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed")]
    private static partial void Failed(ILogger logger, string method, Exception exception);
}
