using System.Globalization;
using System.Text.Json;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.FineTuning.Checkpoints;

/// <summary>A training state as a folder of four safetensors files and <c>state.json</c>.</summary>
public static class CheckpointFolder
{
    private const string ParametersFile = "parameters.safetensors";
    private const string MethodFile = "method.safetensors";
    private const string OptimizerFile = "optimizer.safetensors";
    private const string RandomFile = "random.safetensors";
    private const string CountersFile = "state.json";
    private const string RandomTensor = "torch";

    private sealed record Counters(long Step, long Tokens, string Loss);

    /// <summary>Writes the state into a new folder, all or nothing: under another name first.</summary>
    public static void Write(TrainingState state, string folder)
    {
        var unfinished = $"{folder}.tmp";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);
        SafeTensorsWriter.Write(Path.Combine(unfinished, ParametersFile), state.Parameters);
        SafeTensorsWriter.Write(Path.Combine(unfinished, MethodFile), state.Method);
        SafeTensorsWriter.Write(Path.Combine(unfinished, OptimizerFile), state.Optimizer);
        SafeTensorsWriter.Write(Path.Combine(unfinished, RandomFile), new Dictionary<string, Tensor> { [RandomTensor] = state.Random });
        var counters = new Counters(state.Step, state.Tokens, state.Loss.ToString("R", CultureInfo.InvariantCulture));
        File.WriteAllText(Path.Combine(unfinished, CountersFile), JsonSerializer.Serialize(counters));
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.Move(unfinished, folder);
    }

    /// <summary>Reads a state; the caller owns its tensors.</summary>
    /// <exception cref="CheckpointException">A tensor file is missing or damaged.</exception>
    /// <exception cref="InvalidDataException">The counters are missing or damaged.</exception>
    public static TrainingState Read(string folder)
    {
        var counters = ReadCounters(Path.Combine(folder, CountersFile));
        var random = ReadAll(Path.Combine(folder, RandomFile));
        if (!random.TryGetValue(RandomTensor, out var generator)) throw new InvalidDataException($"'{folder}/{RandomFile}' lacks the tensor '{RandomTensor}'.");
        return new(
            counters.Step, counters.Tokens, double.Parse(counters.Loss, CultureInfo.InvariantCulture),
            ReadAll(Path.Combine(folder, ParametersFile)), ReadAll(Path.Combine(folder, MethodFile)), ReadAll(Path.Combine(folder, OptimizerFile)), generator);
    }

    private static Counters ReadCounters(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Counters>(File.ReadAllText(file)) is { Step: >= 0, Loss: not null } counters
                ? counters
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
