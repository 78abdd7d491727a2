using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.LocalCluster.Controllers;
using Platform.LocalCluster.Kubelet;
using Platform.LocalCluster.Scheduling;
using Platform.LocalCluster.Tests.ApiServer;

namespace Platform.LocalCluster.Tests.Kubelet;

/// <summary>The kubelet as a node of somebody else's API server, of which it has a kubeconfig and nothing more.</summary>
public sealed class JoiningTests : IAsyncLifetime
{
    private readonly ScratchFolder _scratch = new();
    private RunningServer? _theirs;
    private Kubernetes? _joined;
    private ProcessKubelet? _kubelet;

    private Kubernetes Client => _theirs!.Client;

    public async ValueTask InitializeAsync()
    {
        _theirs = await RunningServer.StartAsync();
        _joined = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_theirs.Kubeconfig));
        _kubelet = new ProcessKubelet(_joined, new ProcessKubeletOptions { RootFolder = Path.Combine(_scratch.Path, "pods"), NodeName = "joined" }, NullLoggerFactory.Instance);
        await _kubelet.StartAsync(CancellationToken.None);
        await RunningCluster.EventuallyAsync(
            async () => (await Client.CoreV1.ListNodeAsync()).Items.Any(node => node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true), () => "the node did not join");
    }

    public async ValueTask DisposeAsync()
    {
        await _kubelet!.StopAsync(CancellationToken.None);
        _joined!.Dispose();
        await _theirs!.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task TheirJobsRunHereAndTheirUsersReadTheLogs()
    {
        using var controllers = await LocalControllers.StartAsync(Client, new LocalControllersOptions(), NullLoggerFactory.Instance);
        using var scheduler = new LocalScheduler(Client, NullLogger<LocalScheduler>.Instance);
        await scheduler.StartAsync(CancellationToken.None);
        await Client.BatchV1.CreateNamespacedJobAsync(
            new V1Job { Metadata = new V1ObjectMeta { Name = "j" }, Spec = new V1JobSpec { Template = new V1PodTemplateSpec { Spec = Pod("echo over there").Spec } } }, "default");

        await RunningCluster.EventuallyAsync(async () => (await Client.BatchV1.ReadNamespacedJobAsync("j", "default")).Status.Succeeded == 1, () => "the Job does not end");
        var pod = (await Client.CoreV1.ListNamespacedPodAsync("default", labelSelector: "job-name=j")).Items.Single();

        Assert.Equal("joined", pod.Spec.NodeName);
        Assert.Equal("over there\n", await LogAsync(pod.Metadata.Name));
        await scheduler.StopAsync(CancellationToken.None);
        await controllers.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task KubectlLogsFollowsAndReadsThePreviousAttempt()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "kubectl"))))
        {
            Assert.Skip("kubectl is not installed");
        }

        await CreateAsync("twice", "if test -e again; then echo second; sleep 0.3; echo end; else touch again; echo first; exit 1; fi", pod => pod.Spec.RestartPolicy = "OnFailure");
        await EndAsync("twice");
        Assert.Equal("second\nend\n", await KubectlAsync("logs", "-f", "twice"));
        Assert.Equal("first\n", await KubectlAsync("logs", "--previous", "twice"));
    }

    [Fact]
    public async Task NobodyReadsLogsAtTheNodeWhoTheApiServerDoesNotKnow()
    {
        await CreateAsync("quiet", "echo secret");
        await EndAsync("quiet");
        var token = (await File.ReadAllLinesAsync(_theirs!.Kubeconfig)).Single(line => line.Contains("token:", StringComparison.Ordinal)).Split(':')[1].Trim().Trim('"');

        Assert.Equal((HttpStatusCode.Unauthorized, ""), await AskAsync(null));
        Assert.Equal((HttpStatusCode.Unauthorized, ""), await AskAsync("made-up"));
        Assert.Equal((HttpStatusCode.OK, "secret\n"), await AskAsync(token));
    }

    [Fact]
    public async Task AnApiServerMayShowTheCertificateOfTheAuthorityThatItsClusterPublishes()
    {
        await CreateAsync("shown", "echo secret");
        await EndAsync("shown");
        var now = TimeProvider.System.GetUtcNow();
        using var authority = Authority("client-ca", now);
        using var stranger = Authority("client-ca", now);
        using var client = Client509(authority, "1.3.6.1.5.5.7.3.2", now);
        using var forged = Client509(stranger, "1.3.6.1.5.5.7.3.2", now);
        using var server = Client509(authority, "1.3.6.1.5.5.7.3.1", now);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(null, client, "shown")).Code);

        var published = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Name = "extension-apiserver-authentication" },
            Data = new Dictionary<string, string> { ["client-ca-file"] = authority.ExportCertificatePem() },
        };
        await Client.CoreV1.CreateNamespacedConfigMapAsync(published, "kube-system");

        Assert.Equal((HttpStatusCode.OK, "secret\n"), await AskAsync(null, client, "shown"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(null, forged, "shown")).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(null, server, "shown")).Code);
    }

    [Fact]
    public async Task TheTokenOfTheApiServerGoesToNobodyButTheNode()
    {
        await CreateAsync("shy", "echo secret");
        await EndAsync("shy");
        var other = new V1Patch("""{"metadata":{"annotations":{"local-cluster/kubelet-certificate":"another"}}}""", V1Patch.PatchType.MergePatch);
        await Client.CoreV1.PatchNodeAsync(other, "joined");

        var failure = await Assert.ThrowsAsync<k8s.Autorest.HttpOperationException>(() => LogAsync("shy"));

        Assert.Equal(HttpStatusCode.InternalServerError, failure.Response.StatusCode);
    }

    private static V1Pod Pod(string script) => new()
    {
        Spec = new V1PodSpec
        {
            RestartPolicy = "Never",
            AutomountServiceAccountToken = false,
            Containers = [new V1Container { Name = "main", Image = "host", Command = ["/bin/sh", "-c", script] }],
        },
    };

    private static X509Certificate2 Authority(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    private static X509Certificate2 Client509(X509Certificate2 authority, string usage, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=system:masters, CN=kube-apiserver-kubelet-client", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using var signed = request.Create(authority, now.AddMinutes(-30), now.AddMinutes(30), [1, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private Task CreateAsync(string name, string script, Action<V1Pod>? change = null)
    {
        var pod = Pod(script);
        (pod.Metadata, pod.Spec.NodeName) = (new V1ObjectMeta { Name = name }, "joined");
        change?.Invoke(pod);
        return Client.CoreV1.CreateNamespacedPodAsync(pod, "default");
    }

    private Task EndAsync(string name) => RunningCluster.EventuallyAsync(
        async () => (await Client.CoreV1.ReadNamespacedPodAsync(name, "default")).Status.Phase is "Succeeded" or "Failed", () => $"the pod {name} does not end");

    private async Task<string> LogAsync(string pod)
    {
        await using var stream = await Client.CoreV1.ReadNamespacedPodLogAsync(pod, "default");
        return await new StreamReader(stream).ReadToEndAsync();
    }

    private async Task<(HttpStatusCode Code, string Body)> AskAsync(string? token, X509Certificate2? certificate = null, string pod = "quiet")
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        if (certificate is not null)
        {
            handler.ClientCertificates.Add(certificate);
        }

        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{_kubelet!.LogPort}/containerLogs/default/{pod}/main");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> KubectlAsync(params string[] arguments)
    {
        using var run = Process.Start(new ProcessStartInfo("kubectl", ["--kubeconfig", _theirs!.Kubeconfig, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = run.StandardError.ReadToEndAsync();
        var output = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, await error);
        return output;
    }
}
