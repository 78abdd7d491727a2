using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Modeling.Checkpoints.Pickle;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>The weights of a Hugging Face model folder, in one file or in shards with an index.</summary>
public sealed partial class ModelFolder : IDisposable
{
    public const string SingleFile = "model.safetensors";
    private const string PickleFile = "pytorch_model.bin";

    private readonly Dictionary<string, ITensorFile> _readers = [];
    private readonly string _single;

    private ModelFolder(string folder, string single, CheckpointIndex? index)
    {
        Folder = folder;
        _single = single;
        Index = index;
    }

    public string Folder { get; }

    /// <summary>Null if all tensors lie in one file.</summary>
    public CheckpointIndex? Index { get; }

    public IEnumerable<string> TensorNames => Index?.Files.Keys ?? Reader(_single).Names;

    /// <summary>Opens safetensors if there are any, else pytorch_model.bin; one file before an index of shards, as transformers does.</summary>
    /// <exception cref="CheckpointException">The folder holds neither, or a file is missing or damaged.</exception>
    public static ModelFolder Open(string folder)
    {
        var opened = Choose(folder);
        try
        {
            foreach (var file in opened.Index?.Files.Values.Distinct() ?? [opened._single])
            {
                var path = Path.Combine(folder, file);
                opened._readers[file] = Path.GetExtension(file) == ".safetensors" ? new SafeTensorsReader(path) : new TorchFileReader(path);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static ModelFolder Choose(string folder)
    {
        foreach (var single in (string[])[SingleFile, PickleFile])
        {
            if (File.Exists(Path.Combine(folder, single))) return new ModelFolder(folder, single, null);
            var index = Path.Combine(folder, single + CheckpointIndex.Suffix);
            if (File.Exists(index)) return new ModelFolder(folder, single, CheckpointIndex.Read(index));
        }

        throw new CheckpointException($"'{folder}' has no weights: neither {SingleFile} nor {PickleFile}, nor an index of shards ({CheckpointIndex.FileName}).");
    }

    public bool Contains(string name) => Index is null ? Reader(_single).Contains(name) : Index.Files.ContainsKey(name);

    /// <inheritdoc cref="SafeTensorsReader.Entry"/>
    public TensorEntry Entry(string name) => ReaderOf(name).Entry(name);

    /// <inheritdoc cref="SafeTensorsReader.Read"/>
    public Tensor Read(string name) => ReaderOf(name).Read(name);

    /// <inheritdoc cref="ITensorFile.Map"/>
    internal Tensor? Map(string name) => ReaderOf(name).Map(name);

    /// <inheritdoc cref="SafeTensorsReader.ReadInto"/>
    public void ReadInto(string name, Tensor destination) => ReaderOf(name).ReadInto(name, destination);

    /// <summary>Writes tensors into the files that <paramref name="layout"/> names for them, or all into one.</summary>
    /// <param name="layout">e.g. the index of the folder the tensors were read from; tensors it does not name go to its first file</param>
    public static void Save(string folder, IReadOnlyDictionary<string, Tensor> tensors, CheckpointIndex? layout = null)
    {
        Directory.CreateDirectory(folder);
        if (layout is null)
        {
            SafeTensorsWriter.Write(Path.Combine(folder, SingleFile), tensors);
            return;
        }

        var first = layout.Files.Values.Min(StringComparer.Ordinal)!;
        var files = tensors.Keys.ToDictionary(name => name, name => layout.Files.GetValueOrDefault(name, first));
        foreach (var shard in tensors.GroupBy(pair => files[pair.Key]))
        {
            SafeTensorsWriter.Write(Path.Combine(folder, shard.Key), shard.ToDictionary());
        }

        // The index comes last: without it the folder is no model yet.
        new CheckpointIndex(files).Write(
            Path.Combine(folder, CheckpointIndex.FileName),
            tensors.Values.Sum(tensor => tensor.NumberOfElements),
            tensors.Values.Sum(tensor => tensor.NumberOfElements * tensor.ElementSize));
    }

    /// <summary>Copies what lies beside the weights: config, tokenizer, templates, licence.</summary>
    public static void CopyCompanions(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => !WeightFile().IsMatch(Path.GetFileName(file))))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }

    /// <summary>The layout of shards no larger than a size, filled in the given order.</summary>
    public static CheckpointIndex? LayoutBySize(IReadOnlyDictionary<string, Tensor> tensors, long maximumBytes)
    {
        List<List<string>> shards = [[]];
        var used = 0L;
        foreach (var (name, tensor) in tensors)
        {
            var size = tensor.NumberOfElements * tensor.ElementSize;
            if (used + size > maximumBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                used = 0;
            }

            shards[^1].Add(name);
            used += size;
        }

        if (shards.Count == 1) return null;
        return new CheckpointIndex(shards
            .SelectMany((names, i) => names.Select(name => (name, File: string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:d5}-of-{shards.Count:d5}.safetensors"))))
            .ToDictionary(item => item.name, item => item.File));
    }

    private ITensorFile ReaderOf(string name) => Index is null
        ? Reader(_single)
        : Index.Files.TryGetValue(name, out var file) ? Reader(file) : throw new CheckpointException($"'{Path.Combine(Folder, _single + CheckpointIndex.Suffix)}' names no file for the tensor '{name}'.");

    private ITensorFile Reader(string file) => _readers[file];

    [GeneratedRegex(@"\.(safetensors|bin|pt|pth|gguf|h5|msgpack|onnx|tmp)$|\.index\.json$")]
    private static partial Regex WeightFile();

    public void Dispose()
    {
        foreach (var reader in _readers.Values) reader.Dispose();
    }
}
