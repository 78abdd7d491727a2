using System.Text;
using Platform.Data.Formats;
using Platform.Data.Sources;

namespace Platform.Data.Tests.Sources;

public sealed class MemoryStaysBoundedTests
{
    private const long Megabytes = 1024 * 1024;

    [Fact]
    public async Task ALargeTableIsReadWithoutHoldingIt()
    {
        var reader = new RowReader(RowFormats.Get("prompt-completion"));
        var file = new SourceFile("large.csv", _ => Task.FromResult<Stream>(new Repeated("prompt,completion\n", $"\"a \"\"question\"\"\",{new string('x', 500)}\n", 300 * Megabytes)));
        var (rows, most) = (0L, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await foreach (var _ in reader.ReadAsync(RowSources.OfFile(file), TestContext.Current.CancellationToken))
        {
            if (++rows % 100_000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal(0, reader.Report.BadRows);
        Assert.True(rows > 500_000);
        Assert.InRange(most, long.MinValue, 16 * Megabytes);
    }

    /// <summary>A header and then one line again and again.</summary>
    private sealed class Repeated(string header, string line, long length) : MemoryStream
    {
        private readonly byte[] _block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 100)));
        private byte[] _rest = Encoding.UTF8.GetBytes(header);
        private long _given;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.Length == 0 && _given < length) _rest = _block;
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.AsMemory(0, count).CopyTo(buffer);
            _rest = _rest[count..];
            _given += count;
            return ValueTask.FromResult(count);
        }
    }
}
