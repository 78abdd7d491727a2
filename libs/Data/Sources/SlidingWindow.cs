namespace Platform.Data.Sources;

/// <summary>The part of a stream that is being looked at; it grows until what is looked for is whole.</summary>
/// <param name="maxBytes">What it may grow to.</param>
internal sealed class SlidingWindow(Stream content, int maxBytes)
{
    private const int FirstBytes = 64 * 1024;

    private byte[] _buffer = new byte[Math.Min(FirstBytes, maxBytes)];
    private int _start, _end;

    /// <summary>Whether the stream's end is in the window.</summary>
    public bool AtEnd { get; private set; }

    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Moves the window's start.</summary>
    public void Consume(int bytes) => _start += bytes;

    /// <summary>Reads more; false when the window may not grow.</summary>
    public async ValueTask<bool> GrowAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= maxBytes) return false;
            Array.Resize(ref _buffer, (int)Math.Min(maxBytes, _buffer.Length * 2L));
        }

        // A full window at a time: looking again at what is not whole yet then costs no more than twice its length.
        var free = _buffer.Length - _end;
        var read = await content.ReadAtLeastAsync(_buffer.AsMemory(_end), free, throwOnEndOfStream: false, cancellation);
        _end += read;
        AtEnd = read < free;
        return true;
    }

    /// <summary>Reads the first window and leaves a byte-order mark behind.</summary>
    public async ValueTask StartAsync(CancellationToken cancellation)
    {
        await GrowAsync(cancellation);
        if (Content.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) Consume(3);
    }
}
