using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Platform.Hosting;

/// <summary>Where a service listens unless its configuration says otherwise: gRPC and JSON apart, because without TLS one port cannot serve both.</summary>
internal sealed class ListenDefaults : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new MemoryConfigurationProvider(new MemoryConfigurationSource
    {
        InitialData = new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:Grpc:Url"] = "http://*:8081",
            ["Kestrel:Endpoints:Grpc:Protocols"] = "Http2",
            ["Kestrel:Endpoints:Http:Url"] = "http://*:8080",
            ["Kestrel:Endpoints:Http:Protocols"] = "Http1",
        },
    });
}
