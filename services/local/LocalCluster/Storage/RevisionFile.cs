using Microsoft.Data.Sqlite;

namespace Platform.LocalCluster.Storage;

/// <summary>One row of the file: the state of an object as of a version; a deletion keeps the last state.</summary>
internal readonly record struct Revision(long Version, ObjectKey Key, ChangeKind Kind, byte[] Body);

/// <summary>
/// The durable side: an append-only table of revisions in SQLite (write-ahead log), like etcd's. A batch is one transaction, so a
/// crash leaves either all of it or nothing, and the newest revision of each key is the state.
/// </summary>
internal sealed class RevisionFile : IDisposable
{
    private readonly SqliteConnection _connection;

    public RevisionFile(string path)
    {
        if (!File.Exists(path)) PrivateFile.Create(path, []);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2 }.ToString());
        _connection.Open();
        try
        {
            Run("PRAGMA locking_mode = EXCLUSIVE");
            Run("PRAGMA journal_mode = WAL");
            // A commit is in the log, but not on the disk: a killed process loses nothing, a machine without power the newest writes, whole. All
            // who saw them run on the same machine (the server listens on loopback only), so nobody is left who knows of them.
            Run("PRAGMA synchronous = NORMAL");
            Run("""
                CREATE TABLE IF NOT EXISTS revisions(
                  version INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, kind INTEGER NOT NULL, body BLOB NOT NULL)
                """);
            Run("CREATE TABLE IF NOT EXISTS compaction(only INTEGER PRIMARY KEY CHECK (only = 1), floor INTEGER NOT NULL)");
        }
        catch (SqliteException locked) when (locked.SqliteErrorCode == 5)
        {
            _connection.Dispose();
            throw new IOException($"'{path}' is in use by another server. Stop that one, or choose another data folder.", locked);
        }
    }

    /// <summary>The version up to which superseded revisions are gone.</summary>
    public long Floor()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT floor FROM compaction";
        return command.ExecuteScalar() as long? ?? 0;
    }

    public IEnumerable<Revision> Read()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT version, resource, namespace, name, kind, body FROM revisions ORDER BY version";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var key = new ObjectKey(string.Intern(reader.GetString(1)), reader.GetString(2), reader.GetString(3));
            yield return new Revision(reader.GetInt64(0), key, (ChangeKind)reader.GetInt32(4), reader.GetFieldValue<byte[]>(5));
        }
    }

    public void Append(IReadOnlyList<Revision> revisions, IReadOnlyList<long> superseded, long floor)
    {
        using var transaction = _connection.BeginTransaction();
        using var insert = _connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO revisions VALUES ($v, $r, $s, $n, $k, $b)";
        var (v, r, s, n) = (insert.Parameters.Add("$v", SqliteType.Integer), insert.Parameters.Add("$r", SqliteType.Text),
            insert.Parameters.Add("$s", SqliteType.Text), insert.Parameters.Add("$n", SqliteType.Text));
        var (k, b) = (insert.Parameters.Add("$k", SqliteType.Integer), insert.Parameters.Add("$b", SqliteType.Blob));
        foreach (var revision in revisions)
        {
            (v.Value, r.Value, s.Value) = (revision.Version, revision.Key.Resource, revision.Key.Namespace);
            (n.Value, k.Value, b.Value) = (revision.Key.Name, (int)revision.Kind, revision.Body);
            insert.ExecuteNonQuery();
        }
        if (superseded.Count > 0) Forget(transaction, superseded, floor);
        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private void Forget(SqliteTransaction transaction, IReadOnlyList<long> versions, long floor)
    {
        using var delete = _connection.CreateCommand();
        delete.Transaction = transaction;
        delete.CommandText = "DELETE FROM revisions WHERE version = $v";
        var v = delete.Parameters.Add("$v", SqliteType.Integer);
        foreach (var version in versions)
        {
            v.Value = version;
            delete.ExecuteNonQuery();
        }
        using var mark = _connection.CreateCommand();
        mark.Transaction = transaction;
        mark.CommandText = "INSERT INTO compaction VALUES (1, $f) ON CONFLICT(only) DO UPDATE SET floor = excluded.floor";
        mark.Parameters.AddWithValue("$f", floor);
        mark.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
