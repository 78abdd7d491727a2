using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Platform.LocalCluster.Controllers;

namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>
/// Who may read logs, decided as a kubelet does: a client certificate of the authority that the cluster publishes for its API
/// server, or a bearer token that the API server vouches for; and then what the API server says of that user and nodes/proxy.
/// </summary>
public sealed class LogAccess(IKubernetes client, string nodeName)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";

    /// <returns>Null: allowed; else the status code of the refusal.</returns>
    public async Task<int?> RefusalAsync(HttpContext http)
    {
        try
        {
            var user = await UserOfAsync(await http.Connection.GetClientCertificateAsync(http.RequestAborted), http.RequestAborted)
                ?? await UserOfAsync(http.Request.Headers.Authorization.ToString(), http.RequestAborted);
            return user is null ? StatusCodes.Status401Unauthorized
                : await MayAsync(user, http.RequestAborted) ? null
                : StatusCodes.Status403Forbidden;
        }
        catch (Exception failure) when (ApiFailures.IsTransient(failure, http.RequestAborted))
        {
            return StatusCodes.Status503ServiceUnavailable;  // nobody can be asked now, so nobody is let in
        }
    }

    private async Task<V1UserInfo?> UserOfAsync(X509Certificate2? certificate, CancellationToken cancel)
    {
        if (certificate is null || await AuthorityAsync(cancel) is not { Count: > 0 } authority)
        {
            return null;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return !chain.Build(certificate) ? null : new V1UserInfo
        {
            Username = Names(certificate, CommonName).FirstOrDefault() ?? "",
            Groups = [.. Names(certificate, Organization), "system:authenticated"],
        };
    }

    private async Task<V1UserInfo?> UserOfAsync(string authorization, CancellationToken cancel)
    {
        const string Scheme = "Bearer ";
        if (!authorization.StartsWith(Scheme, StringComparison.Ordinal) || authorization.Length == Scheme.Length)
        {
            return null;
        }

        var review = await client.AuthenticationV1.CreateTokenReviewAsync(
            new V1TokenReview { Spec = new V1TokenReviewSpec { Token = authorization[Scheme.Length..] } }, cancellationToken: cancel);
        return review.Status.Authenticated == true ? review.Status.User : null;
    }

    private async Task<bool> MayAsync(V1UserInfo user, CancellationToken cancel)
    {
        var review = await client.AuthorizationV1.CreateSubjectAccessReviewAsync(
            new V1SubjectAccessReview
            {
                Spec = new V1SubjectAccessReviewSpec
                {
                    User = user.Username,
                    Groups = user.Groups,
                    Uid = user.Uid,
                    ResourceAttributes = new V1ResourceAttributes { Verb = "get", Version = "v1", Resource = "nodes", Subresource = "proxy", Name = nodeName },
                },
            }, cancellationToken: cancel);
        return review.Status.Allowed;
    }

    /// <summary>What clusters publish for those who serve behind their API server.</summary>
    private async Task<X509Certificate2Collection?> AuthorityAsync(CancellationToken cancel)
    {
        try
        {
            var map = await client.CoreV1.ReadNamespacedConfigMapAsync("extension-apiserver-authentication", "kube-system", cancellationToken: cancel);
            if (map.Data?.TryGetValue("client-ca-file", out var pem) != true)
            {
                return null;
            }

            var authority = new X509Certificate2Collection();
            authority.ImportFromPem(pem);
            return authority;
        }
        catch (HttpOperationException failure) when (failure.IsNotFound() || failure.IsForbidden())
        {
            return null;
        }
        catch (CryptographicException)
        {
            return null;  // published, but no certificate
        }
    }

    private static IEnumerable<string> Names(X509Certificate2 certificate, string kind) => certificate.SubjectName
        .EnumerateRelativeDistinguishedNames()
        .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == kind)
        .Select(name => name.GetSingleElementValue() ?? "");
}
