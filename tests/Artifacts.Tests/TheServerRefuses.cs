using System.Net;
using Platform.Artifacts.Minio;
using Platform.Testing.Servers;

namespace Platform.Artifacts.Tests;

/// <summary>The race that a plain look-up cannot see: the file appears between looking and writing, and the server says 412.</summary>
[Trait("needs", "bucket")]
public sealed class TheServerRefuses(S3Server server) : IClassFixture<S3Server>
{
    [Theory]
    [InlineData(10)]
    [InlineData(11_000_000)]
    public async Task ThenNothingWasWritten(int size)
    {
        using var store = new MinioArtifactStore(new Uri(server.Address), new RefusesConditionalWrites());
        Assert.False(await store.PutAsync(ArtifactUri.Parse("s3://platform/raced"), new MemoryStream(new byte[size]), PutCondition.IfAbsent, CancellationToken.None));
        Assert.True(await store.PutAsync(ArtifactUri.Parse("s3://platform/free"), new MemoryStream(new byte[size]), PutCondition.Overwrite, CancellationToken.None));
    }

    [Fact]
    public async Task ARefusedLookUpIsAnErrorAndNotAnAbsence()
    {
        using var store = new MinioArtifactStore(new Uri(server.Address), new Forbids());
        await Assert.ThrowsAnyAsync<Exception>(() => store.StatAsync(ArtifactUri.Parse("s3://platform/free"), CancellationToken.None));
        await Assert.ThrowsAsync<IOException>(() => store.OpenReadAsync(ArtifactUri.Parse("s3://platform/free"), CancellationToken.None));
    }

    [Fact]
    public async Task AServerErrorIsTriedAgain()
    {
        using var busy = new Busy(failures: 3);
        using var store = new MinioArtifactStore(new Uri(server.Address), busy);
        Assert.Null(await store.StatAsync(ArtifactUri.Parse("s3://platform/nothing-here"), CancellationToken.None));
        Assert.True(busy.Requests > 3, $"{busy.Requests} requests");
    }

    [Fact]
    public async Task AServerThatStaysBrokenIsAnErrorThatNamesIt()
    {
        using var busy = new Busy(failures: int.MaxValue);
        using var store = new MinioArtifactStore(new Uri(server.Address), busy);
        var exception = await Assert.ThrowsAsync<IOException>(() => store.StatAsync(ArtifactUri.Parse("s3://platform/nothing-here"), CancellationToken.None));
        Assert.Contains("503", exception.Message);
    }

    private sealed class Busy(int failures) : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Requests { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) => Requests++ < failures
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request, Content = new ByteArrayContent([]) })
            : base.SendAsync(request, cancellation);
    }

    private sealed class Forbids : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden) { RequestMessage = request, Content = new ByteArrayContent([]) });
    }

    /// <summary>Answers a conditional write as S3 does when the object has appeared; s3rver itself ignores the condition.</summary>
    private sealed class RefusesConditionalWrites() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            var condition = request.Headers.IfNoneMatch.ToString();
            var commits = request.Method == HttpMethod.Put || request.RequestUri!.Query.Contains("uploadId", StringComparison.OrdinalIgnoreCase);
            if (condition != "*" || !commits) return base.SendAsync(request, cancellation);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.PreconditionFailed)
            {
                RequestMessage = request,
                Content = new StringContent("<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message></Error>"),
            });
        }
    }
}
