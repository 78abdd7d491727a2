using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Platform.Contracts.Registry.V1;
using Platform.Protos.Registry.V1;

namespace Platform.Registry.Api;

/// <summary>Moves aliases inside a transaction, and shows them.</summary>
internal static class Aliases
{
    /// <summary>Points the alias to the version; nothing happens when it does so already.</summary>
    public static async Task MoveAsync(RegistryDbContext database, string model, string alias, int version, Guid runId, DateTimeOffset now, CancellationToken cancellation)
    {
        var row = await database.Aliases.SingleOrDefaultAsync(row => row.Model == model && row.Alias == alias, cancellation);
        if (row?.Version == version) return;
        int? from = row?.Version;
        if (row is null) database.Aliases.Add(row = new AliasRow { Model = model, Alias = alias });
        (row.Version, row.Moves) = (version, row.Moves + 1);
        database.AliasMoves.Add(new AliasMoveRow { Model = model, Alias = alias, Number = row.Moves, FromVersion = from, ToVersion = version, Time = now });
        await database.TellAsync(
            new AliasMoved { RunId = runId, Key = $"{model}/{alias}/{row.Moves}", OccurredAt = now, Model = model, Alias = alias, FromVersion = from, ToVersion = version }, cancellation);
    }

    /// <summary>The alias with its history, or null.</summary>
    public static async Task<Alias?> FindAsync(RegistryDbContext database, string model, string alias, CancellationToken cancellation)
    {
        var row = await database.Aliases.SingleOrDefaultAsync(row => row.Model == model && row.Alias == alias, cancellation);
        if (row is null) return null;
        // Only the moves up to the row that was read: a move committed in between belongs to the next answer.
        var moves = await database.AliasMoves.Where(move => move.Model == model && move.Alias == alias && move.Number <= row.Moves).OrderByDescending(move => move.Number).ToListAsync(cancellation);
        return new Alias
        {
            Model = model,
            Alias_ = alias,
            Version = row.Version,
            History = { moves.Select(move => new AliasMove { FromVersion = move.FromVersion ?? 0, ToVersion = move.ToVersion, Time = move.Time.ToTimestamp() }) },
        };
    }
}
