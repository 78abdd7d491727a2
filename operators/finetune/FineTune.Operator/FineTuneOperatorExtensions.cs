using k8s;
using k8s.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Platform.Contracts.Evaluation.V1;
using Platform.Contracts.Quantization.V1;
using Platform.Contracts.Training.V1;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Phases;
using Platform.FineTune.Operator.Rendering;
using Platform.Hosting;
using Platform.Hosting.Bus;
using Platform.Hosting.Options;
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
    /// Adds the FineTuneJob operator to a process with the platform's defaults. An <see cref="IKubernetes"/> or a service
    /// client that is already registered is used; else the configuration says where to find it, once the process starts.
    /// </summary>
    public static IHostApplicationBuilder AddFineTuneOperator(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        foreach (var problem in OperatorSettings.Problems) services.Require((_, configuration) => problem(configuration));
        services.TryAddSingleton(provider => OperatorSettings.Read(provider.GetRequiredService<IConfiguration>()));
        AddCluster(services);
        AddClient<DatasetsService.DatasetsServiceClient>(services, "datasets");
        AddClient<TrainingService.TrainingServiceClient>(services, "training");
        AddClient<QuantizationService.QuantizationServiceClient>(services, "quantization");
        AddClient<EvaluationService.EvaluationServiceClient>(services, "evaluation");
        AddClient<RegistryService.RegistryServiceClient>(services, "registry");
        AddPhases(services);
        AddListeners(builder);
        services
            .AddOperator((options, provider) =>
            {
                var settings = provider.GetRequiredService<OperatorSettings>();
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

    private static void AddCluster(IServiceCollection services)
    {
        if (services.Any(registered => registered.ServiceType == typeof(IKubernetes))) return;
        services.Require((_, configuration) => string.IsNullOrEmpty(configuration["KUBECONFIG"]) && !KubernetesClientConfiguration.IsInCluster() && !File.Exists(KubernetesClientConfiguration.KubeConfigDefaultLocation)
            ? $"KUBECONFIG is not set, this is no pod and there is no {KubernetesClientConfiguration.KubeConfigDefaultLocation}: set KUBECONFIG to the file that names the API server."
            : null);
        services.AddSingleton<IKubernetes>(provider => new k8s.Kubernetes(ClientConfiguration(provider.GetRequiredService<IConfiguration>()["KUBECONFIG"])));
    }

    private static void AddPhases(IServiceCollection services)
    {
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

    private static void AddListeners(IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RunEventsListener>();
        builder.AddEventListener<TrainingProgressed, RunEventsListener>();
        builder.AddEventListener<TrainingCompleted, RunEventsListener>();
        builder.AddEventListener<TrainingFailed, RunEventsListener>();
        builder.AddEventListener<ModelQuantized, RunEventsListener>();
        builder.AddEventListener<EvaluationCompleted, RunEventsListener>();
    }

    private static void AddClient<TClient>(IServiceCollection services, string service)
        where TClient : Grpc.Core.ClientBase<TClient>
    {
        if (services.All(registered => registered.ServiceType != typeof(TClient))) services.AddPlatformClient<TClient>(service);
    }

    private static KubernetesClientConfiguration ClientConfiguration(string? kubeconfig) =>
        !string.IsNullOrEmpty(kubeconfig) ? KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig)
        : KubernetesClientConfiguration.IsInCluster() ? KubernetesClientConfiguration.InClusterConfig()
        : KubernetesClientConfiguration.BuildConfigFromConfigFile();
}
