using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Parity.Tensors;

/// <summary>A case with tensors: its folder, case.json and golden.safetensors.</summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly SafeTensorsReader _tensors;

    public GoldenCase(string folder)
    {
        Folder = folder;
        Json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "case.json")))!.AsObject();
        _tensors = new SafeTensorsReader(Path.Combine(folder, "golden.safetensors"));
    }

    public string Folder { get; }

    public JsonObject Json { get; }

    public IEnumerable<string> Names => _tensors.Tensors.Select(tensor => tensor.Name);

    public bool Has(string name) => _tensors.Contains(name);

    public Tensor Read(string name) => _tensors.Read(name);

    public string PathOf(string relative) => Path.GetFullPath(Path.Combine(Folder, relative));

    public void Dispose() => _tensors.Dispose();
}
