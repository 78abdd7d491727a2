namespace Platform.LocalCluster.Storage;

/// <summary>The newest changes in memory: what a watch can catch up on and an old list can be rebuilt from.</summary>
internal sealed class RevisionLog(int capacity)
{
    private readonly List<Change> _changes = [];
    private int _start;

    /// <summary>Everything after this version is still known.</summary>
    public long Floor { get; set; }

    /// <summary>Adds the change; returns the one that fell out, if any.</summary>
    public Change? Add(Change change)
    {
        _changes.Add(change);
        if (_changes.Count - _start <= capacity) return null;
        var oldest = _changes[_start++];
        Floor = oldest.ResourceVersion;
        if (_start > capacity)
        {
            _changes.RemoveRange(0, _start);
            _start = 0;
        }
        return oldest;
    }

    public IEnumerable<Change> After(long version)
    {
        for (var i = FirstAfter(version); i < _changes.Count; i++) yield return _changes[i];
    }

    public IEnumerable<Change> NewestFirstDownTo(long version)
    {
        for (var i = _changes.Count - 1; i >= _start && _changes[i].ResourceVersion > version; i--) yield return _changes[i];
    }

    private int FirstAfter(long version)
    {
        var (low, high) = (_start, _changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_changes[middle].ResourceVersion <= version) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
