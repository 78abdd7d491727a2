using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Peft.Configuration;
using static TorchSharp.torch;

namespace Platform.Peft;

/// <summary>Reads and writes adapter folders as PEFT does: adapter_config.json, adapter_model.safetensors, README.md.</summary>
public static class AdapterFiles
{
    public const string WeightsFile = "adapter_model.safetensors";

    /// <exception cref="AdapterFormatException">There is no readable adapter_config.json.</exception>
    /// <exception cref="NotSupportedException">The adapter uses something that this library lacks.</exception>
    public static AdapterOptions ReadOptions(string folder) => AdapterConfigFile.Parse(File.ReadAllText(Existing(folder, AdapterConfigFile.FileName)));

    /// <summary>The options that the content of an adapter_config.json asks for, PEFT's or AdapterHub's; keys that are missing have the defaults of these.</summary>
    /// <exception cref="AdapterFormatException">Something is wrong with a key; the message lists all of it.</exception>
    /// <exception cref="NotSupportedException">It asks for what this library lacks.</exception>
    public static AdapterOptions ReadOptions(JsonObject configuration) => AdapterConfigFile.Read(configuration);

    /// <summary>Fills tensors from the folder, all or none of them.</summary>
    /// <param name="mayBeAbsent">keys that older files lack</param>
    /// <exception cref="AdapterFormatException">Keys are missing, unknown, or of another shape; the message lists them.</exception>
    public static void ReadInto(string folder, IEnumerable<(string Name, Tensor Tensor)> tensors, Predicate<string>? mayBeAbsent = null)
    {
        using var file = Open(folder);
        ReadInto(file, WeightsFile, tensors, mayBeAbsent);
    }

    /// <inheritdoc cref="ReadInto(string, IEnumerable{ValueTuple{string, Tensor}}, Predicate{string}?)"/>
    internal static void ReadInto(ITensorFile file, string fileName, IEnumerable<(string Name, Tensor Tensor)> tensors, Predicate<string>? mayBeAbsent = null)
    {
        var wanted = tensors.ToList();
        List<string> problems = [];
        foreach (var (name, tensor) in wanted)
        {
            if (file.Contains(name))
            {
                if (!file.Entry(name).Shape.SequenceEqual(tensor.shape)) problems.Add($"{name} has the shape {Shape(file.Entry(name).Shape)}, the model needs {Shape(tensor.shape)}");
            }
            else if (mayBeAbsent?.Invoke(name) != true)
            {
                problems.Add($"the key {name} is missing");
            }
        }

        problems.AddRange(file.Names.Except(wanted.Select(item => item.Name)).Select(name => $"the key {name} belongs to no adapted layer of the model"));
        if (problems.Count > 0) throw new AdapterFormatException(fileName, Summary(problems));
        using var noGradients = no_grad();
        foreach (var (name, tensor) in wanted.Where(item => file.Contains(item.Name))) file.ReadInto(name, tensor);
    }

    /// <summary>Writes the folder. The configuration comes last: a folder that has it is complete.</summary>
    public static void Write(string folder, AdapterOptions options, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        Directory.CreateDirectory(folder);
        SafeTensorsWriter.Write(Path.Combine(folder, WeightsFile), tensors.ToDictionary(item => item.Name, item => item.Tensor));
        File.WriteAllText(Path.Combine(folder, "README.md"), ModelCard.For(options));
        File.WriteAllText(Path.Combine(folder, AdapterConfigFile.FileName), AdapterConfigFile.Format(options));
    }

    /// <summary>The folder's tensors.</summary>
    /// <exception cref="AdapterFormatException">The file is missing or damaged.</exception>
    internal static SafeTensorsReader Open(string folder)
    {
        var file = Existing(folder, WeightsFile);
        try
        {
            return new SafeTensorsReader(file);
        }
        catch (CheckpointException e)
        {
            throw new AdapterFormatException(WeightsFile, e.Message, e);
        }
    }

    internal static string Existing(string folder, string name) =>
        File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : throw new AdapterFormatException(name, $"it is missing from '{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}'; this is no adapter folder.");

    private static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string Summary(List<string> problems) =>
        string.Join("; ", problems.Take(8)) + (problems.Count > 8 ? string.Create(CultureInfo.InvariantCulture, $"; and {problems.Count - 8} more.") : ".");
}
