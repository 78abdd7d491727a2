using Platform.Testing.Servers;

namespace Platform.Registry.Api.Tests;

public sealed class RegistryApiWithMemoryAndSqlite : RegistryApiContract
{
    protected override Task<Dictionary<string, string?>> ConfigurationAsync() => Task.FromResult(new Dictionary<string, string?>());
}

[Trait("needs", "broker")]
public sealed class RegistryApiWithRabbitMqAndPostgres(RabbitMqServer broker, PostgresServer database) : RegistryApiContract, IClassFixture<RabbitMqServer>, IClassFixture<PostgresServer>
{
    protected override async Task<Dictionary<string, string?>> ConfigurationAsync() => new() { ["BUS"] = broker.Address, ["DATABASE"] = await database.CreateDatabaseAsync() };
}
