namespace Platform.Artifacts.Minio;

/// <summary>
/// Repeats requests that an object store answers with a server error, as S3 asks its clients to do. Every request but POST has the same effect
/// however often it is sent. What fails to the end is an error that says so; the Minio client breaks on such answers without a body.
/// </summary>
internal sealed class RetryHandler(HttpMessageHandler transport) : DelegatingHandler(transport)
{
    private const int MostAttempts = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isLast = attempt == MostAttempts || request.Method == HttpMethod.Post;
            try
            {
                var response = await base.SendAsync(request, cancellation);
                if ((int)response.StatusCode < 500) return response;
                var status = $"{(int)response.StatusCode} {response.ReasonPhrase}";
                response.Dispose();
                if (isLast) throw new IOException($"The object store at {request.RequestUri!.Authority} answered {status} to {request.Method} {request.RequestUri.AbsolutePath}.");
            }
            catch (HttpRequestException) when (!isLast)
            {
                // The connection could not be made, or broke.
            }
            await Task.Delay(FirstPause * Math.Pow(2, attempt - 1), cancellation);
        }
    }
}
