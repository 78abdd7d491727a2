using Microsoft.Data.Sqlite;
using Npgsql;

namespace Platform.Hosting.Database;

/// <summary>One service's database, from the configuration value DATABASE: a schema in PostgreSQL or a file of SQLite.</summary>
public sealed record DatabaseAddress(bool IsPostgres, string ConnectionString, string Schema)
{
    private const string Forms = "DATABASE must be 'Host=…;Database=…;Username=…;Password=…' for PostgreSQL, or a folder or 'Data Source=<folder>' for SQLite.";

    /// <param name="service">Names the schema or the file.</param>
    public static DatabaseAddress Of(string value, string service)
    {
        if (value.StartsWith("Host=", StringComparison.OrdinalIgnoreCase) || value.StartsWith("Server=", StringComparison.OrdinalIgnoreCase))
            return new(true, new NpgsqlConnectionStringBuilder(value) { SearchPath = service }.ToString(), service);
        var path = value.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase) ? new SqliteConnectionStringBuilder(value).DataSource : value;
        var file = path.EndsWith(".db", StringComparison.Ordinal) ? $"{path[..^3]}.{service}.db" : Path.Combine(path, $"{service}.db");
        return new(false, new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(file) }.ToString(), service);
    }

    /// <summary>What is wrong with the value, or null.</summary>
    public static string? Problem(string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return $"DATABASE is empty. {Forms}";
        try
        {
            _ = Of(value, "check");
            return null;
        }
        catch (ArgumentException exception)
        {
            return $"DATABASE cannot be read: {exception.Message} {Forms}";
        }
    }

    /// <summary>The SQLite file.</summary>
    internal string File => new SqliteConnectionStringBuilder(ConnectionString).DataSource;
}
