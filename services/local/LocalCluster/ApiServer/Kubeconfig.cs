using System.Text;
using Platform.LocalCluster.Storage;

namespace Platform.LocalCluster.ApiServer;

/// <summary>The file by which clients find the server.</summary>
internal static class Kubeconfig
{
    public static void Write(string path, string server, string authorityPem, string token)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder)) PrivateFile.CreateFolder(folder);
        PrivateFile.Create(path, Encoding.UTF8.GetBytes($"""
            apiVersion: v1
            kind: Config
            current-context: local
            clusters:
            - name: local
              cluster:
                server: {server}
                certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
            contexts:
            - name: local
              context:
                cluster: local
                user: local
                namespace: default
            users:
            - name: local
              user:
                token: {token}

            """));
    }
}
