using Grpc.Core;

namespace Platform.ServiceTesting;

/// <summary>Expects a call to be refused.</summary>
public static class Refused
{
    /// <summary>Returns the refusal's message.</summary>
    public static async Task<string> AsAsync<T>(StatusCode code, AsyncUnaryCall<T> call)
    {
        var exception = await Xunit.Assert.ThrowsAsync<RpcException>(async () => await call);
        Xunit.Assert.Equal(code, exception.StatusCode);
        return exception.Status.Detail;
    }
}
