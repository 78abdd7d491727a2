using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.FineTuning.Checkpoints;

/// <summary>A training state as a folder of safetensors files and <c>state.json</c>.</summary>
public static class CheckpointFolder
{
    private const string ParametersFile = "parameters.safetensors";
    private const string MethodFile = "method.safetensors";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string AverageFile = "average.safetensors";
    private const string RandomFile = "random.safetensors";
    private const string NumbersFile = "state.json";
    private const string RandomTensor = "torch";

    /// <summary>Doubles are written so that reading gives the same bits, infinities included.</summary>
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private sealed record Numbers(RunProgress Progress, IReadOnlyDictionary<string, string> Identity);

    /// <summary>Writes the state into a new folder, all or nothing: flushed to the disk under another name first.</summary>
    public static void Write(TrainingState state, string folder)
    {
        var unfinished = $"{folder}.tmp";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);
        SafeTensorsWriter.Write(Path.Combine(unfinished, ParametersFile), state.Parameters);
        SafeTensorsWriter.Write(Path.Combine(unfinished, MethodFile), state.Method);
        SafeTensorsWriter.Write(Path.Combine(unfinished, OptimizerFile), state.Optimizer);
        SafeTensorsWriter.Write(Path.Combine(unfinished, AverageFile), state.Average);
        SafeTensorsWriter.Write(Path.Combine(unfinished, RandomFile), new Dictionary<string, Tensor> { [RandomTensor] = state.Random });
        using (var numbers = File.Create(Path.Combine(unfinished, NumbersFile)))
        {
            JsonSerializer.Serialize(numbers, new Numbers(state.Progress, state.Identity.Parts), Json);
            numbers.Flush(flushToDisk: true);
        }

        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.Move(unfinished, folder);
    }

    /// <summary>Reads a state; the caller disposes it.</summary>
    /// <exception cref="CheckpointException">A tensor file is missing or damaged.</exception>
    /// <exception cref="InvalidDataException">The numbers are missing or damaged.</exception>
    public static TrainingState Read(string folder)
    {
        var numbers = ReadNumbers(Path.Combine(folder, NumbersFile));
        var random = ReadAll(Path.Combine(folder, RandomFile));
        if (!random.TryGetValue(RandomTensor, out var generator)) throw new InvalidDataException($"'{folder}/{RandomFile}' lacks the tensor '{RandomTensor}'.");
        return new(
            numbers.Progress, new(numbers.Identity),
            ReadAll(Path.Combine(folder, ParametersFile)), ReadAll(Path.Combine(folder, MethodFile)), ReadAll(Path.Combine(folder, OptimizerFile)),
            ReadAll(Path.Combine(folder, AverageFile)), generator);
    }

    private static Numbers ReadNumbers(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Numbers>(File.ReadAllText(file), Json) is { Progress.Step: >= 0, Identity: not null } numbers
                ? numbers
                : throw new InvalidDataException($"'{file}' is empty.");
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            throw new InvalidDataException($"'{file}' is missing or damaged: {e.Message}", e);
        }
    }

    private static Dictionary<string, Tensor> ReadAll(string file)
    {
        using var reader = new SafeTensorsReader(file);
        return reader.Tensors.ToDictionary(entry => entry.Name, entry => reader.Read(entry.Name));
    }
}
