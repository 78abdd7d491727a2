using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Platform.Modeling.Tokenization.Training;

/// <summary>How trained tokenizers write their files.</summary>
internal static class TrainerFiles
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteJson(string folder, string name, JsonObject content)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name), content.ToJsonString(Readable) + "\n");
    }
}
