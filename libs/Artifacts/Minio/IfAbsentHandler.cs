using System.Net.Http.Headers;

namespace Platform.Artifacts.Minio;

/// <summary>
/// Adds <c>If-None-Match: *</c> to the request that makes an object appear: the single upload, or the completion of one in parts, where
/// the Minio client would leave it out.
/// </summary>
internal sealed class IfAbsentHandler(HttpMessageHandler transport) : DelegatingHandler(transport)
{
    private static readonly AsyncLocal<bool> Active = new();

    /// <summary>Writes of this asynchronous flow are conditional until the result is disposed.</summary>
    public static IDisposable Begin()
    {
        Active.Value = true;
        return new End();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (Active.Value && MakesTheObjectAppear(request)) request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        return base.SendAsync(request, cancellation);
    }

    private static bool MakesTheObjectAppear(HttpRequestMessage request)
    {
        var isPart = request.RequestUri!.Query.Contains("uploadId=", StringComparison.OrdinalIgnoreCase);
        return request.Method == HttpMethod.Put ? !isPart : request.Method == HttpMethod.Post && isPart;
    }

    private sealed class End : IDisposable
    {
        public void Dispose() => Active.Value = false;
    }
}
