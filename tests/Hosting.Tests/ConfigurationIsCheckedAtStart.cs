using Microsoft.Extensions.Options;
using Platform.Datasets.Api;
using Platform.Protos.Training.V1;
using Platform.ServiceTesting;
using Platform.Training.Api;

namespace Platform.Hosting.Tests;

public sealed class ConfigurationIsCheckedAtStart
{
    [Fact]
    public async Task EveryFaultIsNamedAtOnceAndNoSecretIsShown()
    {
        using var folder = new TestFolder();
        var configuration = new Dictionary<string, string?> { ["BUS"] = "kafka://x:hush@y", ["DATABASE"] = "", ["S3"] = "http://key:hush@host/bucket", ["RUN_TOKEN_KEY"] = "aGk=" };
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => ServiceHost.StartAsync(
            folder.Path,
            builder =>
            {
                builder.AddDatasets().AddTraining();
                builder.Services.AddPlatformClient<TrainingService.TrainingServiceClient>("training");
            },
            _ => { },
            configuration));
        var failures = exception.Failures.ToList();
        Assert.Equal(5, failures.Count);
        Assert.All(["BUS", "DATABASE", "S3", "RUN_TOKEN_KEY", "SERVICES__TRAINING"], key => Assert.Single(failures, failure => failure.StartsWith(key, StringComparison.Ordinal)));
        Assert.DoesNotContain("hush", exception.Message);
    }
}
