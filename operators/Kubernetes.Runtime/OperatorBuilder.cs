using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Platform.Kubernetes.Runtime;

/// <summary>Registers what an operator consists of.</summary>
public sealed class OperatorBuilder(IServiceCollection services)
{
    public IServiceCollection Services { get; } = services;

    public OperatorBuilder AddController<TController, T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
        where TController : class, IEntityController<T>
    {
        Services.TryAddScoped<TController>();
        Services.AddSingleton<Controller<T, TController>>();
        Services.AddSingleton<IController>(provider => provider.GetRequiredService<Controller<T, TController>>());
        Services.AddSingleton<IEntityRequeue<T>>(provider => provider.GetRequiredService<Controller<T, TController>>());
        return this;
    }

    /// <param name="name">The finalizer in the objects' metadata, <c>group/word</c>.</param>
    public OperatorBuilder AddFinalizer<TFinalizer, T>(string name)
        where T : class, IKubernetesObject<V1ObjectMeta>
        where TFinalizer : class, IEntityFinalizer<T>
    {
        Services.TryAddScoped<TFinalizer>();
        Services.AddSingleton(new FinalizerRegistration<T>(name, provider => provider.GetRequiredService<TFinalizer>()));
        return this;
    }

    /// <summary>Changes of <typeparamref name="TOwned"/> objects reconcile the <typeparamref name="T"/> that controls them.</summary>
    public OperatorBuilder Owns<TOwned, T>(string? labelSelector = null)
        where TOwned : class, IKubernetesObject<V1ObjectMeta>
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        Services.AddSingleton(new OwnedRegistration<T>((client, options, time, logger, enqueue) =>
        {
            var informer = new Informer<TOwned>(new(client, options.Namespace), labelSelector, options, time, logger);
            informer.Changed += (owned, _) =>
            {
                if (ObjectKey.OfController(owned, ResourceApi<T>.Kind) is { } owner) enqueue(owner);
            };
            return new(informer.RunAsync, informer.Synced);
        }));
        return this;
    }
}

/// <summary>The entry to the runtime.</summary>
public static class OperatorServiceCollectionExtensions
{
    /// <summary>Adds the operator's service. Needs an <see cref="IKubernetes"/> in the container.</summary>
    public static OperatorBuilder AddOperator(this IServiceCollection services, Action<OperatorOptions, IServiceProvider>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = new OperatorOptions();
            configure?.Invoke(options, provider);
            return options;
        });
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<LeaderGate>();
        services.AddHostedService<OperatorService>();
        return new(services);
    }
}

internal sealed record FinalizerRegistration<T>(string Name, Func<IServiceProvider, IEntityFinalizer<T>> Resolve)
    where T : IKubernetesObject<V1ObjectMeta>;

internal sealed record OwnedWatch(Func<CancellationToken, Task> Run, Task Synced);

internal sealed record OwnedRegistration<T>(Func<IKubernetes, OperatorOptions, TimeProvider, ILogger, Action<ObjectKey>, OwnedWatch> Watch);
