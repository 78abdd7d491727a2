using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Platform.Hosting.Grpc;

/// <summary>gRPC services that also answer JSON on the routes their protos name.</summary>
internal static class PlatformGrpc
{
    private const int LargestMessage = 16 * 1024 * 1024; // a scorecard with its samples; artifacts go through the store

    public static void AddPlatformGrpc(this IHostApplicationBuilder builder) => builder.Services
        .AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = LargestMessage;
            grpc.Interceptors.Add<ErrorMapping>();
        })
        .AddJsonTranscoding(json => json.JsonSettings.WriteInt64sAsStrings = true); // as protobuf says; 64 bits do not fit a JavaScript number
}
