using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Minio;
using Minio.DataModel.Args;
using Minio.Exceptions;

namespace Platform.Artifacts.Minio;

/// <summary>
/// Artifacts on MinIO or any S3 server. Buckets are made when first written to. <see cref="PutCondition.IfAbsent"/> is atomic where the
/// server honours <c>If-None-Match: *</c>; on a server that ignores it two writers may both succeed, the later one winning.
/// </summary>
public sealed class MinioArtifactStore : IArtifactStore, IDisposable
{
    private static readonly TimeSpan ReadUrlLifetime = TimeSpan.FromHours(1); // only the start of a read must fall into it
    private readonly ConcurrentDictionary<string, bool> _buckets = new();
    private readonly HttpClient _http;
    private readonly IMinioClient _client;

    /// <param name="endpoint"><c>http(s)://ACCESSKEY:SECRET@host:port</c>.</param>
    public MinioArtifactStore(Uri endpoint) : this(endpoint, new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
    }

    internal MinioArtifactStore(Uri endpoint, HttpMessageHandler transport)
    {
        var keys = endpoint.UserInfo.Split(':').Select(Uri.UnescapeDataString).ToArray();
        _http = new HttpClient(new ListResponseHandler(new IfAbsentHandler(new RetryHandler(transport)))) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new MinioClient().WithEndpoint(endpoint.Host, endpoint.Port).WithCredentials(keys[0], keys[1])
            .WithSSL(endpoint.Scheme == "https").WithRegion("us-east-1").WithHttpClient(_http).Build();
    }

    public async Task<ArtifactStat?> StatAsync(ArtifactUri uri, CancellationToken cancellation)
    {
        MustBeFile(uri);
        try
        {
            var stat = await _client.StatObjectAsync(new StatObjectArgs().WithBucket(uri.Bucket).WithObject(uri.Key), cancellation);
            return new ArtifactStat(uri, stat.Size, new DateTimeOffset(stat.LastModified.ToUniversalTime()));
        }
        catch (Exception e) when (e is ObjectNotFoundException or BucketNotFoundException)
        {
            return null;
        }
    }

    public async Task<Stream> OpenReadAsync(ArtifactUri uri, CancellationToken cancellation)
    {
        MustBeFile(uri);
        // The client's own download only pushes into a callback; a signed address gives a stream to pull from.
        var address = await _client.PresignedGetObjectAsync(new PresignedGetObjectArgs().WithBucket(uri.Bucket).WithObject(uri.Key).WithExpiry((int)ReadUrlLifetime.TotalSeconds));
        var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.IsSuccessStatusCode) return await response.Content.ReadAsStreamAsync(cancellation);
        using (response)
        {
            if (response.StatusCode == HttpStatusCode.NotFound) throw new ArtifactNotFoundException(uri);
            throw new IOException($"Reading {uri} failed: {(int)response.StatusCode} {response.ReasonPhrase}.");
        }
    }

    public async Task<bool> PutAsync(ArtifactUri uri, Stream content, PutCondition condition, CancellationToken cancellation)
    {
        MustBeFile(uri);
        if (condition == PutCondition.IfAbsent && await StatAsync(uri, cancellation) is not null) return false;
        await MakeBucketAsync(uri.Bucket, cancellation);
        var arguments = new PutObjectArgs().WithBucket(uri.Bucket).WithObject(uri.Key).WithStreamData(content)
            .WithObjectSize(content.CanSeek ? content.Length - content.Position : -1).WithContentType("application/octet-stream");
        using var scope = condition == PutCondition.IfAbsent ? IfAbsentHandler.Begin() : null;
        try
        {
            await _client.PutObjectAsync(arguments, cancellation);
            return true;
        }
        catch (PreconditionFailedException)
        {
            return false;
        }
    }

    public async IAsyncEnumerable<ArtifactStat> ListAsync(ArtifactUri folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!folder.IsFolder) throw new ArgumentException($"{folder} is a file; a folder's URI ends with '/'.", nameof(folder));
        List<ArtifactStat> files = []; // S3 sorts by UTF-8 bytes, .NET by UTF-16 units: sorted again below
        var root = ArtifactUri.Parse($"s3://{folder.Bucket}/");
        try
        {
            var arguments = new ListObjectsArgs().WithBucket(folder.Bucket).WithPrefix(folder.Key).WithRecursive(true);
            await foreach (var item in _client.ListObjectsEnumAsync(arguments, cancellation))
                if (!item.IsDir && !item.Key.EndsWith('/')) // consoles make empty objects that stand for folders
                    files.Add(new ArtifactStat(root.Combine(item.Key), (long)item.Size, Time(item.LastModified)));
        }
        catch (BucketNotFoundException)
        {
            yield break;
        }
        foreach (var file in files.OrderBy(file => file.Uri.Key, StringComparer.Ordinal)) yield return file;
    }

    public async Task DeleteAsync(ArtifactUri uri, CancellationToken cancellation)
    {
        MustBeFile(uri);
        try
        {
            await _client.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(uri.Bucket).WithObject(uri.Key), cancellation);
        }
        catch (Exception e) when (e is ObjectNotFoundException or BucketNotFoundException)
        {
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private async Task MakeBucketAsync(string bucket, CancellationToken cancellation)
    {
        if (_buckets.ContainsKey(bucket)) return;
        if (!await _client.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket), cancellation))
        {
            try
            {
                await _client.MakeBucketAsync(new MakeBucketArgs().WithBucket(bucket), cancellation);
            }
            catch (MinioException)
            {
                // Somebody else may have made it at the same time; if it is still not there, the error stands.
                if (!await _client.BucketExistsAsync(new BucketExistsArgs().WithBucket(bucket), cancellation)) throw;
            }
        }
        _buckets[bucket] = true;
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static void MustBeFile(ArtifactUri uri)
    {
        if (uri.IsFolder) throw new ArgumentException($"{uri} is a folder; a file's URI does not end with '/'.", nameof(uri));
    }
}
