using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.BaseModels;

/// <summary>Writes what a model folder holds.</summary>
public static class ModelFolderFiles
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <summary>In sixteen bits.</summary>
    public static void SaveHalf(this PretrainedModel model, string folder)
    {
        model.Save(folder, dtype: ScalarType.BFloat16);
        Console.WriteLine($"{folder}: {Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length):n0} bytes");
    }

    public static void WriteJson(string folder, string name, JsonObject content) =>
        File.WriteAllText(Path.Combine(folder, name), content.ToJsonString(Readable) + "\n");
}
