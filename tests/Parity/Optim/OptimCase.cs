using System.Text.Json;
using Platform.FineTuning.Optimizers;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Parity.Optim;

/// <summary>An opened case: its <c>case.json</c> and its tensors.</summary>
internal sealed class OptimCase : IDisposable
{
    private readonly JsonDocument _json;
    private readonly SafeTensorsReader _tensors;
    private readonly Dictionary<string, Tensor> _read = [];

    public OptimCase(string path)
    {
        _json = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "case.json")));
        _tensors = new(Path.Combine(path, "golden.safetensors"));
    }

    public JsonElement Json => _json.RootElement;

    public IEnumerable<string> Names => _tensors.Tensors.Select(entry => entry.Name);

    public Tensor this[string name] => _read.TryGetValue(name, out var tensor) ? tensor : _read[name] = _tensors.Read(name);

    public bool Has(string name) => _tensors.Contains(name);

    public double Tolerance(string name) => Json.GetProperty("tolerance").GetProperty(name).GetDouble();

    public IEnumerable<(string Name, JsonElement Arguments)> Configs => Json.GetProperty("configs").EnumerateObject().Select(item => (item.Name, item.Value));

    /// <summary>Fresh parameters from the <c>start.*</c> tensors.</summary>
    public List<TrainableParameter> Parameters() =>
    [
        .. Names.Where(name => name.StartsWith("start.", StringComparison.Ordinal))
            .Select(name => new TrainableParameter(name["start.".Length..], this[name].clone().requires_grad_())),
    ];

    public void Dispose()
    {
        foreach (var tensor in _read.Values) tensor.Dispose();
        _tensors.Dispose();
        _json.Dispose();
    }
}
