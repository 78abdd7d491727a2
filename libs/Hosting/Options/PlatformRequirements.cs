using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Options;

/// <summary>A check of the configuration that some part of the process needs. Null means satisfied.</summary>
internal sealed record PlatformRequirement(Func<PlatformOptions, IConfiguration, string?> Problem);

/// <summary>Collects what the parts of a process require and refuses to start with every fault at once.</summary>
public static class PlatformRequirements
{
    /// <summary>Makes the process refuse to start while <paramref name="problem"/> names one.</summary>
    public static IServiceCollection Require(this IServiceCollection services, Func<PlatformOptions, IConfiguration, string?> problem) =>
        services.AddSingleton(new PlatformRequirement(problem));

    internal static void AddPlatformOptions(this IHostApplicationBuilder builder, string name)
    {
        builder.Services.AddOptions<PlatformOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.Name = name;
                options.Read(configuration);
            })
            .ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PlatformOptions>, Validation>());
    }

    internal static PlatformOptions Value(this IServiceProvider services) => services.GetRequiredService<IOptions<PlatformOptions>>().Value;

    private sealed class Validation(IEnumerable<PlatformRequirement> requirements, IConfiguration configuration) : IValidateOptions<PlatformOptions>
    {
        public ValidateOptionsResult Validate(string? name, PlatformOptions options)
        {
            var problems = requirements.Select(requirement => requirement.Problem(options, configuration)).OfType<string>().Distinct().ToList();
            return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
        }
    }
}
