using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace Platform.Kubernetes.Runtime;

/// <summary>
/// The requests an operator makes about one kind of object, through the client's HttpClient: its handlers, credentials and
/// certificates apply, and a handler can fail any request.
/// </summary>
public sealed class ResourceApi<T>(IKubernetes client, string? watchedNamespace = null)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int PageSize = 500;

    public static readonly KubernetesEntityAttribute Kind = typeof(T).GetCustomAttribute<KubernetesEntityAttribute>()
        ?? throw new InvalidOperationException($"{typeof(T)} needs a [KubernetesEntity] attribute.");

    private static readonly string Prefix = string.IsNullOrEmpty(Kind.Group) ? $"api/{Kind.ApiVersion}" : $"apis/{Kind.Group}/{Kind.ApiVersion}";

    private readonly k8s.Kubernetes _client = client as k8s.Kubernetes
        ?? throw new ArgumentException($"{client.GetType()} is not {typeof(k8s.Kubernetes)}, whose HttpClient is needed.", nameof(client));

    /// <summary>Everything, in chunks, and the version to watch from.</summary>
    public async Task<ListSnapshot<T>> ListAsync(string? labelSelector, CancellationToken cancellation, string? inNamespace = null)
    {
        List<T> items = [];
        var next = "";
        while (true)
        {
            var query = $"limit={PageSize}{Query("continue", next)}{Query("labelSelector", labelSelector)}";
            using var response = await SendAsync(HttpMethod.Get, Collection(inNamespace ?? watchedNamespace), query, null, null, cancellation);
            var page = KubernetesJson.Deserialize<Page>(await response.Content.ReadAsStringAsync(cancellation));
            items.AddRange(page.Items);
            next = page.Metadata.ContinueProperty;
            if (string.IsNullOrEmpty(next)) return new(items, page.Metadata.ResourceVersion);
        }
    }

    /// <summary>Changes after <paramref name="version"/>, with bookmarks, until the server ends the stream.</summary>
    /// <exception cref="ApiStatusException">Among others 410: the version is too old; list again.</exception>
    public async IAsyncEnumerable<WatchNotice<T>> WatchAsync(
        string version, string? labelSelector, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = $"watch=true&allowWatchBookmarks=true&timeoutSeconds={(int)timeout.TotalSeconds}{Query("resourceVersion", version)}{Query("labelSelector", labelSelector)}";
        using var response = await SendAsync(HttpMethod.Get, Collection(watchedNamespace), query, null, null, cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length == 0) continue;
            using var notice = JsonDocument.Parse(line);
            var body = notice.RootElement.GetProperty("object");
            var type = notice.RootElement.GetProperty("type").GetString();
            if (type == "ERROR") throw ApiStatusException.Of(HttpStatusCode.InternalServerError, body.GetRawText());
            var objectVersion = body.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
            yield return type == "BOOKMARK" ? new(type, objectVersion, null) : new(type!, objectVersion, KubernetesJson.Deserialize<T>(body));
        }
    }

    public async Task<T?> GetAsync(ObjectKey key, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(await SendAsync(HttpMethod.Get, Single(key), null, null, null, cancellation), cancellation);
        }
        catch (ApiStatusException refused) when (refused.IsNotFound)
        {
            return null;
        }
    }

    public async Task<T> CreateAsync(T entity, CancellationToken cancellation) =>
        await ReadAsync(await SendAsync(HttpMethod.Post, Collection(entity.Metadata.NamespaceProperty), null, "application/json", KubernetesJson.Serialize(entity), cancellation), cancellation);

    public async Task<T> ReplaceAsync(T entity, CancellationToken cancellation, string? subresource = null) =>
        await ReadAsync(await SendAsync(HttpMethod.Put, Single(ObjectKey.Of(entity), subresource), null, "application/json", KubernetesJson.Serialize(entity), cancellation), cancellation);

    /// <param name="key">The object.</param>
    /// <param name="patch">An RFC 6902 array or an RFC 7396 object.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task<T> PatchAsync(ObjectKey key, string patch, CancellationToken cancellation)
    {
        var type = patch.StartsWith('[') ? "application/json-patch+json" : "application/merge-patch+json";
        return await ReadAsync(await SendAsync(HttpMethod.Patch, Single(key), null, type, patch, cancellation), cancellation);
    }

    /// <summary>Deletes the object and what it owns. Nothing happens when it is gone or another one now has its name.</summary>
    /// <param name="key">The object.</param>
    /// <param name="uid">Its UID; null deletes whatever has the name.</param>
    /// <param name="foreground">Whether the object stays, with a deletion time, until what it owns is gone.</param>
    /// <param name="cancellation">Ends the request.</param>
    public async Task DeleteAsync(ObjectKey key, string? uid, bool foreground, CancellationToken cancellation)
    {
        var options = new V1DeleteOptions { PropagationPolicy = foreground ? "Foreground" : "Background", Preconditions = uid is null ? null : new() { Uid = uid } };
        try
        {
            using var response = await SendAsync(HttpMethod.Delete, Single(key), null, "application/json", KubernetesJson.Serialize(options), cancellation);
        }
        catch (ApiStatusException refused) when (refused.IsNotFound || refused.IsConflict)
        {
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? query, string? contentType, string? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, query is null ? path : $"{path}?{query}"));
        request.Headers.Accept.Add(new("application/json"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType!));
        if (_client.Credentials is { } credentials) await credentials.ProcessHttpRequestAsync(request, cancellation);
        var started = Stopwatch.GetTimestamp();
        var response = await _client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        RuntimeMetrics.Request(method.Method, (int)response.StatusCode, Stopwatch.GetElapsedTime(started));
        if (response.IsSuccessStatusCode) return response;
        using (response) throw ApiStatusException.Of(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }

    private static async Task<T> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using (response) return KubernetesJson.Deserialize<T>(await response.Content.ReadAsStringAsync(cancellation));
    }

    private static string Collection(string? inNamespace) =>
        string.IsNullOrEmpty(inNamespace) ? $"{Prefix}/{Kind.PluralName}" : $"{Prefix}/namespaces/{inNamespace}/{Kind.PluralName}";

    private static string Single(ObjectKey key, string? subresource = null) =>
        $"{Collection(key.Namespace)}/{Uri.EscapeDataString(key.Name)}{(subresource is null ? "" : "/" + subresource)}";

    private static string Query(string name, string? value) => string.IsNullOrEmpty(value) ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private sealed record Page(IReadOnlyList<T> Items, V1ListMeta Metadata);
}

/// <summary>What was there at <paramref name="Version"/>.</summary>
public sealed record ListSnapshot<T>(IReadOnlyList<T> Items, string Version);

/// <summary>ADDED, MODIFIED, DELETED with the object, or BOOKMARK without.</summary>
public sealed record WatchNotice<T>(string Type, string Version, T? Entity);
