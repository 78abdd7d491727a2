using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Checkpoints;

/// <summary>Fills a model from a folder: every parameter is read once, straight from the mapped file.</summary>
internal static class CheckpointLoading
{
    /// <param name="newHead">whether parameters outside of the base model may be missing or of another shape, and begin anew</param>
    /// <exception cref="CheckpointException">Something is missing or of another shape; the message lists all of it.</exception>
    public static void Fill(PretrainedModel model, ModelFolder weights, ModelFamily family, LoadOptions options, bool newHead)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var parameters = model.named_parameters().ToList();
        var stored = StoredKeys(weights, family.Layout, parameters.Select(pair => pair.name));
        if (options.Prepare is { } prepare)
        {
            prepare(model, new StoredTensors(weights, stored, family.Layout));
            parameters = [.. model.named_parameters()];
        }

        List<(string Key, Tensor Destination)> reads = [];
        List<(string Name, Tensor Parameter)> absent = [];
        List<string> mismatched = [];
        var unused = stored.Keys.ToHashSet();
        var bare = parameters.TrueForAll(pair => !IsBelow(family.Layout.BaseModel, pair.name));

        foreach (var (name, parameter) in parameters)
        {
            var parts = family.Layout.Parts(name, parameter) is { } several && (!stored.ContainsKey(name) || several.Any(part => part.Key == name))
                ? several
                : [new StoredPart(name, parameter)];
            if (parts.All(part => !stored.ContainsKey(part.Key)))
            {
                absent.Add((name, parameter));
                continue;
            }

            foreach (var (key, destination) in parts)
            {
                unused.Remove(key);
                if (!stored.TryGetValue(key, out var file)) absent.Add((key, destination));
                else if (weights.Entry(file).Shape.AsSpan().SequenceEqual(destination.shape)) Take(file, destination, parameter);
                else if (newHead && !IsOfBase(name, family.Layout, bare)) absent.Add((key, destination));
                else mismatched.Add($"{file} [{string.Join(", ", weights.Entry(file).Shape)}], the model needs [{string.Join(", ", destination.shape)}]");
            }
        }

        var report = new LoadReport([.. absent.Select(item => item.Name)], [.. unused.Order(StringComparer.Ordinal)], mismatched);
        var fatal = newHead ? absent.Where(item => IsOfBase(item.Name, family.Layout, bare)).ToList() : absent;
        if (fatal.Count > 0 || mismatched.Count > 0)
        {
            throw new CheckpointException($"'{weights.Folder}' does not fit the model's {parameters.Count} tensors: {report}.");
        }

        Read(weights, reads);
        using var generator = Seeds.Generator(options.HeadSeed, model.Device);
        foreach (var (name, parameter) in absent) model.InitializeParameter(name, parameter, generator);
        options.Report?.Invoke(report);

        void Take(string file, Tensor destination, Tensor parameter)
        {
            if (!options.MapWeights || !ReferenceEquals(destination, parameter) || !TryMap(weights, file, parameter)) reads.Add((file, destination));
        }
    }

    /// <summary>Lets a parameter lie in the file's own pages, if these are its bytes.</summary>
    private static bool TryMap(ModelFolder weights, string key, Tensor parameter)
    {
        if (parameter.device_type != DeviceType.CPU || weights.Entry(key).Dtype != SafeTensorsDtypes.NameOf(parameter.dtype)) return false;
        using var mapped = weights.Map(key);
        if (mapped is null) return false;
        var same = parameter.set_(mapped);
        if (!ReferenceEquals(same, parameter)) same.Dispose();
        return true;
    }

    // Several at once: what takes time is the system giving out memory, page by page.
    private static void Read(ModelFolder weights, List<(string Key, Tensor Destination)> reads)
    {
        try
        {
            Parallel.ForEach(reads, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount) }, read => weights.ReadInto(read.Key, read.Destination));
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<CheckpointException>().FirstOrDefault() is { } first)
        {
            throw new CheckpointException(first.Message, failures);
        }
    }

    private static bool IsOfBase(string name, CheckpointLayout layout, bool bare) =>
        (bare ? layout.BaseModel is not null : IsBelow(layout.BaseModel, name)) && !layout.HeadOnly.Any(pattern => pattern.IsMatch(name));

    private static bool IsBelow(string? root, string name) => root is not null && name.StartsWith(root + ".", StringComparison.Ordinal);

    /// <summary>Parameter name -> key in the folder. A bare base model's keys get its name in front, and lose it where the model is bare.</summary>
    private static Dictionary<string, string> StoredKeys(ModelFolder weights, CheckpointLayout layout, IEnumerable<string> parameters)
    {
        var keys = weights.TensorNames.Select(key => (Key: key, Name: layout.NameOf(key))).Where(item => item.Name is not null).ToList();
        var prefix = layout.BaseModel + ".";
        var (storedBare, modelBare) = (keys.TrueForAll(item => !HasPrefix(item.Name!)), parameters.All(name => !HasPrefix(name)));
        Dictionary<string, string> names = [];
        foreach (var (key, name) in keys)
        {
            var parameter = layout.BaseModel is null || storedBare == modelBare ? name!
                : storedBare ? prefix + name
                : HasPrefix(name!) ? name![prefix.Length..] : name!;
            if (!names.TryAdd(parameter, key))
            {
                throw new CheckpointException($"'{weights.Folder}' holds the tensor '{parameter}' twice: as '{names[parameter]}' and as '{key}'.");
            }
        }

        return names;

        bool HasPrefix(string name) => name.StartsWith(prefix, StringComparison.Ordinal);
    }
}
