using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Layers;

public sealed class KeyValueCacheTests
{
    [Fact]
    public void RowsGoOnFromThoseTheyCameFrom()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache(1);
        cache.Append(0, Positions(2, 0, 3), Positions(2, 0, 3));
        cache.Reorder(tensor((long[])[1, 1, 0]));
        var (keys, values) = cache.Append(0, Positions(3, 3, 1), Positions(3, 3, 1));
        Assert.Equal([3, 1, 4, 1], keys.shape);
        Assert.Equal([100, 101, 102, 3, 100, 101, 102, 103, 0, 1, 2, 203], keys.data<float>().ToArray());
        Assert.True(values.eq(keys).all().item<bool>());
        Assert.Equal(4, cache.Length);
    }

    /// <summary>Whatever the pieces are, a query sees its window, and the tensors stay small.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void AWindowKeepsWhatTheNextQuerySeesAndNoMore(int piece)
    {
        const long window = 5;
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache(1, window);
        var largest = 0L;
        for (var begin = 0L; begin < 70; begin += piece)
        {
            var kept = Math.Min(begin, window - 1);
            Assert.Equal((begin, kept), (cache.Length, cache.Kept));
            var (keys, _) = cache.Append(0, Positions(1, begin, piece), Positions(1, begin, piece));
            Assert.Equal(Enumerable.Range((int)(begin - kept), (int)kept + piece).Select(position => (float)position), keys.contiguous().data<float>().ToArray());
            largest = Math.Max(largest, keys.stride(0));
        }

        Assert.InRange(largest, window, 2 * window + 2 * piece);
    }

    /// <summary>Keys whose value is their position, and a hundred more for each row.</summary>
    private static Tensor Positions(int rows, long begin, long count) =>
        (arange(begin, begin + count, ScalarType.Float32).view(1, 1, count, 1) + (100 * arange(rows, ScalarType.Float32)).view(rows, 1, 1, 1)).contiguous();
}
