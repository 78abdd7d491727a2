namespace Platform.LocalCluster.Storage;

/// <summary>The object would take more than the store keeps of one: patches could otherwise make it grow without end.</summary>
public sealed class ObjectTooLargeException(long bytes) : Exception($"the object takes {bytes} bytes; the store keeps at most {Limit}")
{
    /// <summary>Bytes: what a request may hold, and what the server adds to it.</summary>
    public const int Limit = 4 * 1024 * 1024;
}
