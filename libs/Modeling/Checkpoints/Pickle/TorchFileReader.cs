using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints.Pickle;

/// <summary>
/// Reads the tensors of a <c>pytorch_model.bin</c>, in the zip format of torch.save and in the one before it, without running anything
/// that the file asks for. Safe for concurrent reads.
/// </summary>
internal sealed class TorchFileReader : ITensorFile
{
    private readonly string _file;
    private readonly IReadOnlyDictionary<string, PickledTensor> _tensors;
    private readonly IReadOnlyDictionary<string, TorchStorage> _storages;

    /// <exception cref="CheckpointException">The file is missing, damaged, or holds more than tensors.</exception>
    public TorchFileReader(string file)
    {
        _file = file;
        if (!File.Exists(file)) throw new CheckpointException($"'{file}' is missing.");
        var (root, storages) = TorchStorages.Open(file);
        _storages = storages;
        _tensors = TorchTensors.Of(file, root);
        foreach (var (name, tensor) in _tensors) Check(name, tensor);
    }

    public IEnumerable<string> Names => _tensors.Keys;

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public TensorEntry Entry(string name)
    {
        var tensor = Find(name);
        return new TensorEntry(name, SafeTensorsDtypes.NameOf(TorchTensors.Kind(_file, tensor.Storage).Dtype), tensor.Shape);
    }

    public Tensor Read(string name)
    {
        var tensor = Find(name);
        var result = empty(tensor.Shape, TorchTensors.Kind(_file, tensor.Storage).Dtype, CPU);
        ReadInto(name, result);
        return result;
    }

    public void ReadInto(string name, Tensor destination)
    {
        var tensor = Find(name);
        var (dtype, size) = TorchTensors.Kind(_file, tensor.Storage);
        if (!tensor.Shape.AsSpan().SequenceEqual(destination.shape)) throw TensorFiles.OtherShape(_file, Entry(name), destination);

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var rowMajor = tensor.Strides.AsSpan().SequenceEqual(RowMajor(tensor.Shape)) || destination.numel() == 0;
        if (rowMajor && TensorFiles.IsPlain(destination, dtype))
        {
            Fill(tensor, size, destination);
            return;
        }

        var span = empty([Extent(tensor)], dtype, CPU);
        Fill(tensor, size, span);
        destination.copy_(span.as_strided(tensor.Shape, tensor.Strides));
    }

    public void Dispose()
    {
    }

    private PickledTensor Find(string name) =>
        _tensors.TryGetValue(name, out var tensor) ? tensor : throw new CheckpointException($"'{_file}' has no tensor '{name}'.");

    private void Fill(PickledTensor tensor, int size, Tensor plain)
    {
        try
        {
            _storages[TorchTensors.Key(tensor.Storage)].Read(stream => Copy(stream, tensor.Offset * size, plain, size));
        }
        catch (InvalidDataException failure)
        {
            throw new CheckpointException($"'{_file}' is damaged: {failure.Message}", failure);
        }
    }

    private unsafe void Copy(Stream stream, long skipped, Tensor plain, int size)
    {
        Skip(stream, skipped);
        var address = (byte*)RawMemory.Address(plain);
        var remaining = plain.numel() * size;
        while (remaining > 0)
        {
            var count = stream.Read(new Span<byte>(address, (int)Math.Min(remaining, TensorFiles.ChunkSize)));
            if (count == 0) throw new CheckpointException($"'{_file}' is truncated.");
            address += count;
            remaining -= count;
        }
    }

    private void Skip(Stream stream, long count)
    {
        if (count > 0 && stream.CanSeek)
        {
            stream.Position += count;
            return;
        }

        var buffer = count > 0 ? new byte[Math.Min(count, 1 << 20)] : [];
        while (count > 0)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0) throw new CheckpointException($"'{_file}' is truncated.");
            count -= read;
        }
    }

    private void Check(string name, PickledTensor tensor)
    {
        var size = TorchTensors.ElementSize(_file, tensor.Storage);
        if (!_storages.TryGetValue(TorchTensors.Key(tensor.Storage), out var storage)) throw new CheckpointException($"'{_file}': the storage of tensor '{name}' is not in the file.");
        try
        {
            if (checked((tensor.Offset + Extent(tensor)) * size) <= storage.Bytes) return;
        }
        catch (OverflowException)
        {
            // Larger than any file: refused below.
        }

        throw new CheckpointException($"'{_file}': tensor '{name}' of shape [{string.Join(", ", tensor.Shape)}] goes beyond its storage of {storage.Bytes} bytes.");
    }

    /// <summary>How many elements from its offset on a tensor reaches.</summary>
    private static long Extent(PickledTensor tensor) =>
        tensor.Shape.Contains(0) ? 0 : checked(1 + tensor.Shape.Zip(tensor.Strides, (size, stride) => checked((size - 1) * stride)).Aggregate(0L, (sum, reach) => checked(sum + reach)));

    private static long[] RowMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        for (var (i, stride) = (shape.Length - 1, 1L); i >= 0; stride *= Math.Max(1, shape[i--])) strides[i] = stride;
        return strides;
    }
}
