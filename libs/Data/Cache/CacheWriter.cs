using System.IO.Hashing;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Platform.Data.Collation;

namespace Platform.Data.Cache;

/// <summary>Writes tokenized rows as Arrow IPC streams with the columns <c>input_ids</c> and <c>labels</c>, lists of int32.</summary>
internal sealed class CacheWriter(string folder) : IDisposable
{
    // 2^20 tokens per batch and 2^24 per file: 128 MiB with labels, far below the 2 GiB that can be mapped as one memory.
    private const long BatchTokens = 1 << 20;
    private const long FileTokens = 1 << 24;

    private static readonly ListType Tokens = new(Int32Type.Default);
    private static readonly Schema Columns = new([new Field("input_ids", Tokens, false), new Field("labels", Tokens, false)], null);

    private readonly List<CacheFile> _files = [];
    private readonly List<SupervisedExample> _batch = [];
    private FileStream? _stream;
    private ArrowStreamWriter? _writer;
    private long _batchTokens, _fileTokens, _fileRows;

    public void Add(SupervisedExample row)
    {
        _batch.Add(row);
        _batchTokens += row.Length;
        if (_batchTokens >= BatchTokens) WriteBatch();
    }

    /// <summary>Writes what is left; the files are complete and on disk.</summary>
    public IReadOnlyList<CacheFile> Finish()
    {
        WriteBatch();
        CloseFile();
        return _files;
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _stream?.Dispose();
    }

    private void WriteBatch()
    {
        if (_batch.Count == 0) return;
        if (_stream is null)
        {
            _stream = new FileStream(Path.Combine(folder, $"rows-{_files.Count:D5}.arrow"), FileMode.CreateNew, FileAccess.ReadWrite);
            _writer = new ArrowStreamWriter(_stream, Columns, leaveOpen: true);
        }

        using (var batch = new RecordBatch(Columns, [Lists(row => row.InputIds), Lists(row => row.Labels)], _batch.Count)) _writer!.WriteRecordBatch(batch);
        (_fileTokens, _fileRows, _batchTokens) = (_fileTokens + _batchTokens, _fileRows + _batch.Count, 0);
        _batch.Clear();
        if (_fileTokens >= FileTokens) CloseFile();
    }

    private void CloseFile()
    {
        if (_stream is null) return;
        _writer!.WriteEnd();
        _writer.Dispose();
        _stream.Flush(flushToDisk: true);
        _stream.Position = 0;
        var hash = new XxHash128();
        hash.Append(_stream);
        _files.Add(new CacheFile(Path.GetFileName(_stream.Name), _fileRows, _stream.Length, Convert.ToHexStringLower(hash.GetCurrentHash())));
        _stream.Dispose();
        (_stream, _writer, _fileTokens, _fileRows) = (null, null, 0, 0);
    }

    private ListArray Lists(Func<SupervisedExample, int[]> column)
    {
        var (offsets, values) = (new ArrowBuffer.Builder<int>(_batch.Count + 1), new ArrowBuffer.Builder<int>((int)_batchTokens));
        offsets.Append(0);
        foreach (var row in _batch)
        {
            values.Append(column(row).AsSpan());
            offsets.Append(values.Length);
        }

        var tokens = new Int32Array(values.Build(), ArrowBuffer.Empty, (int)_batchTokens, 0, 0);
        return new ListArray(Tokens, _batch.Count, offsets.Build(), tokens, ArrowBuffer.Empty);
    }
}
