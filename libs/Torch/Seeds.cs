using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Platform.Torch;

/// <summary>Random streams of a run: one seed, a stream per purpose, so that a new consumer does not shift the others.</summary>
public static class Seeds
{
    /// <summary>A generator that gives the numbers of PyTorch's generator with the same seed.</summary>
    public static Generator Generator(long seed, Device device) => new((ulong)seed, device);

    /// <summary>The seed of a purpose ("adapter", "order", "dropout" …) within a run; equal on every machine.</summary>
    public static long Derive(long seed, string purpose)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{purpose}"));
        return BinaryPrimitives.ReadInt64LittleEndian(digest) & long.MaxValue;
    }
}
