using Platform.Testing.Servers;

namespace Platform.Training.Api.Tests;

public sealed class TrainingApiOnSqlite : TrainingApiContract
{
    protected override Task<Dictionary<string, string?>> ConfigurationAsync() => Task.FromResult(new Dictionary<string, string?>());
}

[Trait("needs", "database")]
public sealed class TrainingApiOnPostgres(PostgresServer server) : TrainingApiContract, IClassFixture<PostgresServer>
{
    protected override async Task<Dictionary<string, string?>> ConfigurationAsync() => new() { ["DATABASE"] = await server.CreateDatabaseAsync() };
}
