using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Platform.LocalCluster.Bench;

/// <summary>Plain HTTP to the server a kubeconfig names, so that what is measured is the server and not a client library.</summary>
public sealed class ApiConnection : IDisposable
{
    private readonly HttpClient _http;

    private ApiConnection(HttpClient http) => _http = http;

    public static ApiConnection Open(string kubeconfig)
    {
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        var tls = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, server, _, _) => config.SkipTlsVerify || IsTrusted(server, config.SslCaCerts) };
        if (ClientCertificate(config) is { } own) tls.ClientCertificates = [own];
        var handler = new SocketsHttpHandler { SslOptions = tls, EnableMultipleHttp2Connections = true, PooledConnectionLifetime = Timeout.InfiniteTimeSpan };
        var http = new HttpClient(handler) { BaseAddress = new Uri(config.Host), Timeout = Timeout.InfiniteTimeSpan, DefaultRequestVersion = new Version(2, 0) };
        if (config.AccessToken is { Length: > 0 } token) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new ApiConnection(http);
    }

    /// <summary>The status code and body of one request.</summary>
    public async Task<(int Code, byte[] Body)> SendAsync(HttpMethod method, string path, string? body, string type, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Version = _http.DefaultRequestVersion };
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, type);
        using var response = await _http.SendAsync(request, cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <summary>The same, where any other answer than the expected ones ends the measurement.</summary>
    public async Task<byte[]> ExpectAsync(HttpMethod method, string path, string? body, CancellationToken cancellation, string type = "application/json", params int[] codes)
    {
        var (code, answer) = await SendAsync(method, path, body, type, cancellation);
        return (codes.Length == 0 ? code is >= 200 and < 300 : codes.Contains(code)) ? answer
            : throw new InvalidOperationException($"{method} {path} was answered with {code}: {Encoding.UTF8.GetString(answer)}");
    }

    /// <summary>A stream of lines that goes on until it is disposed or the server ends it.</summary>
    public async Task<(HttpResponseMessage Response, Stream Lines)> WatchAsync(string path, CancellationToken cancellation)
    {
        var response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        return (response, await response.Content.ReadAsStreamAsync(cancellation));
    }

    public void Dispose() => _http.Dispose();

    private static X509Certificate2? ClientCertificate(KubernetesClientConfiguration config)
    {
        static string? Pem(string? data, string? file) => data is { Length: > 0 } ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : file is null ? null : File.ReadAllText(file);
        var (certificate, key) = (Pem(config.ClientCertificateData, config.ClientCertificateFilePath), Pem(config.ClientCertificateKeyData, config.ClientKeyFilePath));
        return certificate is null || key is null ? null : X509Certificate2.CreateFromPem(certificate, key);
    }

    private static bool IsTrusted(X509Certificate? server, X509Certificate2Collection? authorities)
    {
        if (server is null) return false;
        using var chain = new X509Chain();
        using var certificate = X509CertificateLoader.LoadCertificate(server.GetRawCertData());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (authorities is { Count: > 0 })
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        }
        return chain.Build(certificate);
    }
}
