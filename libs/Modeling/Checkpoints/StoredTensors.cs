using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>What a folder holds, by the names that the model has for it.</summary>
public sealed class StoredTensors
{
    private readonly ModelFolder _folder;
    private readonly IReadOnlyDictionary<string, string> _keys;
    private readonly CheckpointLayout _layout;

    internal StoredTensors(ModelFolder folder, IReadOnlyDictionary<string, string> keys, CheckpointLayout layout) => (_folder, _keys, _layout) = (folder, keys, layout);

    public string Folder => _folder.Folder;

    public bool Contains(string name) => _keys.ContainsKey(name);

    /// <summary>The names under which the tensors of a layer may lie: its own path, and the one that the family's files have for it.</summary>
    public IEnumerable<string> PathsOf(string layer) => new[] { layer, _layout.PathOf(layer) }.Distinct();

    /// <exception cref="CheckpointException">There is no such tensor.</exception>
    public TensorEntry Entry(string name) => _folder.Entry(KeyOf(name));

    /// <summary>A tensor that must have this type and shape; the caller disposes it.</summary>
    /// <exception cref="CheckpointException">It is missing, or another one; the message names it.</exception>
    public Tensor Read(string name, ScalarType dtype, params ReadOnlySpan<long> shape)
    {
        var entry = Entry(name);
        var wanted = SafeTensorsDtypes.NameOf(dtype);
        if (entry.Dtype != wanted || !entry.Shape.AsSpan().SequenceEqual(shape))
            throw new CheckpointException($"'{Folder}': tensor '{entry.Name}' is {entry.Dtype} [{string.Join(", ", entry.Shape)}]; the model's quantization needs {wanted} [{string.Join(", ", shape.ToArray())}].");
        return _folder.Read(entry.Name);
    }

    private string KeyOf(string name) => _keys.TryGetValue(name, out var key) ? key : throw new CheckpointException($"'{Folder}' lacks the tensor '{name}'.");
}
