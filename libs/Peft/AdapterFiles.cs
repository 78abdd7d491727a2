using System.Globalization;
using Platform.Modeling.Checkpoints;
using Platform.Peft.Lora;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft;

/// <summary>Reads and writes adapter folders as PEFT does: adapter_config.json, adapter_model.safetensors, README.md.</summary>
public static class AdapterFiles
{
    public const string WeightsFile = "adapter_model.safetensors";

    /// <exception cref="AdapterFormatException">There is no readable adapter_config.json.</exception>
    /// <exception cref="NotSupportedException">The adapter uses something that this library lacks.</exception>
    public static LoraOptions ReadOptions(string folder) => LoraConfigFile.Parse(File.ReadAllText(Existing(folder, LoraConfigFile.FileName)));

    /// <summary>Fills <paramref name="parameters"/> from the folder, all or none of them.</summary>
    /// <exception cref="AdapterFormatException">Keys are missing, unknown, or of another shape; the message lists them.</exception>
    public static void ReadInto(string folder, IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        using var file = Open(Existing(folder, WeightsFile));
        List<string> problems = [];
        foreach (var (name, parameter) in parameters)
        {
            if (!file.Contains(name)) problems.Add($"the key {name} is missing");
            else if (!file.Entry(name).Shape.SequenceEqual(parameter.shape)) problems.Add($"{name} has the shape {Shape(file.Entry(name).Shape)}, the model needs {Shape(parameter.shape)}");
        }

        problems.AddRange(file.Tensors.Select(tensor => tensor.Name).Except(parameters.Select(parameter => parameter.Name)).Select(name => $"the key {name} belongs to no adapted layer of the model"));
        if (problems.Count > 0) throw new AdapterFormatException(WeightsFile, Summary(problems));
        using var noGradients = no_grad();
        foreach (var (name, parameter) in parameters) file.ReadInto(name, parameter);
    }

    /// <summary>Writes the folder. The configuration comes last: a folder that has it is complete.</summary>
    public static void Write(string folder, LoraOptions options, IReadOnlyList<(string Name, Parameter Parameter)> parameters)
    {
        Directory.CreateDirectory(folder);
        SafeTensorsWriter.Write(Path.Combine(folder, WeightsFile), parameters.ToDictionary(parameter => parameter.Name, parameter => (Tensor)parameter.Parameter));
        File.WriteAllText(Path.Combine(folder, "README.md"), ModelCard.For(options));
        File.WriteAllText(Path.Combine(folder, LoraConfigFile.FileName), LoraConfigFile.Format(options));
    }

    private static string Existing(string folder, string name) =>
        File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : throw new AdapterFormatException(name, $"it is missing from '{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}'; this is no adapter folder.");

    private static SafeTensorsReader Open(string file)
    {
        try
        {
            return new SafeTensorsReader(file);
        }
        catch (CheckpointException e)
        {
            throw new AdapterFormatException(WeightsFile, e.Message, e);
        }
    }

    private static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string Summary(List<string> problems) =>
        string.Join("; ", problems.Take(8)) + (problems.Count > 8 ? string.Create(CultureInfo.InvariantCulture, $"; and {problems.Count - 8} more.") : ".");
}
