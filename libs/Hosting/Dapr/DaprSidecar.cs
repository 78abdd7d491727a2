using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Dapr;

/// <summary>The Dapr sidecar beside this process, if there is one: calls to other services go through it.</summary>
internal static class DaprSidecar
{
    /// <summary>Where the sidecar listens for gRPC, or null without one.</summary>
    public static Uri? Address(IConfiguration configuration) => configuration["DAPR_GRPC_PORT"] is { Length: > 0 } port ? new Uri($"http://127.0.0.1:{port}") : null;

    /// <summary>Names the service that the sidecar shall call; does nothing without a name.</summary>
    public sealed class Invocation(string? service) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            if (service is null) return continuation(request, context);
            var headers = new Metadata();
            foreach (var header in context.Options.Headers ?? []) headers.Add(header);
            headers.Add("dapr-app-id", service);
            return continuation(request, new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
