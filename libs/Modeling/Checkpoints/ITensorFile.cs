using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>A file of named tensors.</summary>
internal interface ITensorFile : IDisposable
{
    IEnumerable<string> Names { get; }

    bool Contains(string name);

    /// <exception cref="CheckpointException">The file has no such tensor.</exception>
    TensorEntry Entry(string name);

    /// <summary>A copy of the tensor on the CPU, in its stored type.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor or its type is not supported.</exception>
    Tensor Read(string name);

    /// <summary>
    /// The tensor over the file's own pages, on the CPU in its stored type: nothing is read before it is touched, what is written stays
    /// in this process, and the pages stay mapped as long as any such tensor lives. Null where the file does not allow it.
    /// </summary>
    Tensor? Map(string name) => null;

    /// <summary>Copies the tensor into an existing one, converting type and device. Several threads may read at once.</summary>
    /// <exception cref="CheckpointException">The file has no such tensor or the shapes differ.</exception>
    void ReadInto(string name, Tensor destination);
}
