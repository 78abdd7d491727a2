using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.Access;

/// <summary>A certificate authority of this data folder and the loopback certificate it signs; both are made once and kept.</summary>
public sealed class ServingCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    private ServingCertificate(X509Certificate2 certificate, string authorityPem) => (Certificate, AuthorityPem) = (certificate, authorityPem);

    public X509Certificate2 Certificate { get; }

    public string AuthorityPem { get; }

    public static ServingCertificate LoadOrCreate(string folder, TimeProvider clock)
    {
        var (authority, serving) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "server.pem"));
        if (!File.Exists(authority) || !File.Exists(serving) || Expires(serving, clock)) Create(authority, serving, clock.GetUtcNow());
        return new ServingCertificate(Load(serving), File.ReadAllText(authority));
    }

    private static X509Certificate2 Load(string path)
    {
        using var fromPem = X509Certificate2.CreateFromPem(File.ReadAllText(path), File.ReadAllText(path));
        return X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), null);
    }

    private static bool Expires(string path, TimeProvider clock)
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(path));
        return certificate.NotAfter.ToUniversalTime() < clock.GetUtcNow().UtcDateTime.AddDays(30);
    }

    private static void Create(string authorityPath, string servingPath, DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=local-cluster-ca", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var authority = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serving = new CertificateRequest("CN=local-cluster", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddDnsName("localhost");
        serving.CertificateExtensions.Add(names.Build());
        serving.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        serving.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        serving.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        serving.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var signed = serving.Create(authority, now.AddDays(-1), now + Lifetime - TimeSpan.FromDays(1), RandomNumberGenerator.GetBytes(12));

        PrivateFile.Create(authorityPath, Encoding.ASCII.GetBytes(authority.ExportCertificatePem() + "\n"));
        PrivateFile.Create(servingPath, Encoding.ASCII.GetBytes(signed.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n"));
    }
}
