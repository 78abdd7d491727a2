using System.Collections;
using System.IO.Hashing;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Platform.Data.Collation;

namespace Platform.Data.Cache;

/// <summary>Tokenized rows on disk: a row is read when it is asked for, so that a dataset may be larger than memory.</summary>
public sealed class CachedExamples : IReadOnlyList<SupervisedExample>, IDisposable
{
    private readonly List<MappedFile> _files = [];
    private readonly List<Batch> _batches = [];

    private CachedExamples(IReadOnlyDictionary<string, long> counts) => Counts = counts;

    /// <summary>What whoever made the tokens counted.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; }

    public int Count { get; private set; }

    public SupervisedExample this[int index]
    {
        get
        {
            if (index < 0 || index >= Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"index must lie in 0..{Count - 1}.");
            var (low, high) = (0, _batches.Count - 1);
            while (low < high)
            {
                var middle = (low + high + 1) / 2;
                if (_batches[middle].FirstRow <= index) low = middle;
                else high = middle - 1;
            }

            return _batches[low].Read(index);
        }
    }

    /// <exception cref="InvalidDataException">The folder is not what its index says.</exception>
    internal static CachedExamples Open(string folder)
    {
        var index = CacheIndex.Read(folder);
        var rows = new CachedExamples(index.Counts);
        try
        {
            foreach (var file in index.Files) rows.Append(Path.Combine(folder, Path.GetFileName(file.Name)), file);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    public IEnumerator<SupervisedExample> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Count = 0;
        _batches.Clear();
        foreach (IDisposable file in _files) file.Dispose();
        _files.Clear();
    }

    private void Append(string path, CacheFile file)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != file.Bytes) throw new InvalidDataException($"{file.Name} has not the {file.Bytes} bytes it was written with.");
        var mapped = new MappedFile(path, file.Bytes);
        _files.Add(mapped);
        if (Convert.ToHexStringLower(XxHash128.Hash(mapped.GetSpan())) != file.Hash) throw new InvalidDataException($"{file.Name} has other bytes than it was written with.");
        var (reader, first) = (new ArrowStreamReader(mapped.Memory), Count);
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            _batches.Add(new Batch(Count, (ListArray)batch.Column(0), (ListArray)batch.Column(1)));
            Count += batch.Length;
        }

        if (Count - first != file.Rows) throw new InvalidDataException($"{file.Name} has {Count - first} rows; expected {file.Rows}.");
    }

    private sealed record Batch(int FirstRow, ListArray InputIds, ListArray Labels)
    {
        public SupervisedExample Read(int row) => new(Values(InputIds, row - FirstRow), Values(Labels, row - FirstRow));

        private static int[] Values(ListArray lists, int row)
        {
            var (start, end) = (lists.ValueOffsets[row], lists.ValueOffsets[row + 1]);
            return ((Int32Array)lists.Values).Values[start..end].ToArray();
        }
    }
}
