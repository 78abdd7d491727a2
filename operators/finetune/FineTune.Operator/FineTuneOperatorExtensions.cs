using Grpc.Core;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Platform.Artifacts;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Phases;
using Platform.FineTune.Operator.Rendering;
using Platform.Kubernetes.Runtime;
using Platform.Protos.Datasets.V1;
using Platform.Protos.Evaluation.V1;
using Platform.Protos.Quantization.V1;
using Platform.Protos.Registry.V1;
using Platform.Protos.Training.V1;

namespace Platform.FineTune.Operator;

/// <summary>The entry to the operator.</summary>
public static class FineTuneOperatorExtensions
{
    private const string OperatorName = "finetune-operator";

    /// <summary>
    /// Adds the FineTuneJob operator. An <see cref="IKubernetes"/>, an <see cref="IArtifactStore"/> or service clients that are
    /// already registered are used; else the configuration says where to find them.
    /// </summary>
    public static IHostApplicationBuilder AddFineTuneOperator(this IHostApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        var settings = OperatorSettings.Read(configuration);
        services.AddSingleton(settings);
        services.TryAddSingleton<IKubernetes>(_ => new k8s.Kubernetes(ClientConfiguration(configuration["KUBECONFIG"])));
        services.TryAddSingleton(_ => ArtifactStores.Open(settings.WorkerS3));
        AddClient<DatasetsService.DatasetsServiceClient>(services, configuration, "DATASETS");
        AddClient<TrainingService.TrainingServiceClient>(services, configuration, "TRAINING");
        AddClient<QuantizationService.QuantizationServiceClient>(services, configuration, "QUANTIZATION");
        AddClient<EvaluationService.EvaluationServiceClient>(services, configuration, "EVALUATION");
        AddClient<RegistryService.RegistryServiceClient>(services, configuration, "REGISTRY");
        AddPhases(services);
        services
            .AddOperator(options =>
            {
                options.Name = OperatorName;
                options.Namespace = settings.WatchNamespace;
                options.LeaderElection = settings.LeaderElection;
                options.LeaseNamespace = settings.LeaseNamespace;
            })
            .AddController<FineTuneJobReconciler, FineTuneJob>()
            .AddFinalizer<FineTuneJobFinalizer, FineTuneJob>(FineTuneJobFinalizer.Name)
            .Owns<V1Job, FineTuneJob>(StageNames.RunIdLabel);
        return builder;
    }

    private static void AddPhases(IServiceCollection services)
    {
        services.AddSingleton<WorkerTokens>();
        services.AddSingleton<StageResults>();
        services.AddSingleton<StageJobs>();
        services.AddSingleton<PodObservation>();
        services.AddSingleton<StageRunner>();
        services.AddSingleton<ResolvePhase>();
        services.AddSingleton<TrainPhase>();
        services.AddSingleton<QuantizePhase>();
        services.AddSingleton<EvaluatePhase>();
        services.AddSingleton<RegisterPhase>();
        services.AddSingleton(provider => new ResourceApi<FineTuneJob>(provider.GetRequiredService<IKubernetes>()));
        services.AddSingleton<StatusWriter<FineTuneJob, FineTuneJobStatus>>();
    }

    private static void AddClient<TClient>(IServiceCollection services, IConfiguration configuration, string service)
        where TClient : ClientBase<TClient>
    {
        if (services.Any(registered => registered.ServiceType == typeof(TClient))) return;
        var address = configuration[$"SERVICES:{service}"] ?? throw new InvalidOperationException($"SERVICES__{service} is missing; it must be the service's gRPC address, for example http://{service.ToLowerInvariant()}:8081.");
        services.AddGrpcClient<TClient>(options => options.Address = new Uri(address));
    }

    private static KubernetesClientConfiguration ClientConfiguration(string? kubeconfig) =>
        !string.IsNullOrEmpty(kubeconfig) ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)
        : KubernetesClientConfiguration.IsInCluster() ? KubernetesClientConfiguration.InClusterConfig()
        : KubernetesClientConfiguration.BuildConfigFromConfigFile();
}
