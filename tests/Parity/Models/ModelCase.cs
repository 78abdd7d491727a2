using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>The files of one golden model.</summary>
internal sealed class ModelCase : IDisposable
{
    private readonly SafeTensorsReader _golden;

    public ModelCase(string folder)
    {
        Folder = folder;
        Json = JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")))!.AsObject();
        _golden = new SafeTensorsReader(Path.Combine(folder, "golden.safetensors"));
    }

    public string Folder { get; }

    public JsonObject Json { get; }

    public IEnumerable<(string Name, JsonObject Run)> Runs => Json["runs"]!.AsObject().Select(pair => (pair.Key, pair.Value!.AsObject()));

    /// <summary>The config and its twin in the other style.</summary>
    public IEnumerable<string> ConfigFiles => Directory.EnumerateFiles(Folder, "config*.json").Select(file => Path.GetFileName(file)!)
        .Where(name => name == "config.json" || name.EndsWith("-style.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public double Atol => Tolerance("logits_and_hidden", "atol");
    public double Rtol => Tolerance("logits_and_hidden", "rtol");
    public double LossTolerance => Tolerance("loss", "atol");

    /// <summary>Of the gradient's largest entry.</summary>
    public double GradientAtol => Tolerance("gradients", "atol");
    public double GradientRtol => Tolerance("gradients", "rtol");

    /// <summary>Below it a norm is rounding: the true gradient, e.g. of a key bias, is zero.</summary>
    public double GradientFloor => 1e-5;

    /// <exception cref="UnsupportedCaseException">The library has no such architecture or cannot read these weights.</exception>
    public void RequireSupport()
    {
        var file = Path.Combine(Folder, ModelConfig.FileName);
        if (!File.Exists(file)) throw new UnsupportedCaseException($"no {Json["model_class"]} yet");
        var config = ModelConfig.ReadJson(file);
        if (!ModelFamily.All.Any(family => family.IsNamedBy(config))) throw new UnsupportedCaseException($"no architecture {config["architectures"]?.ToJsonString()} yet");
    }

    public PretrainedModel Load(string configFile) => PretrainedModel.Load(Folder, CPU, new LoadOptions { Dtype = ScalarType.Float32, ConfigFile = configFile });

    public Tensor Golden(string name) => _golden.Read(name);

    public Tensor? OptionalGolden(string name) => _golden.Contains(name) ? _golden.Read(name) : null;

    // "0.0001" or "1e-4 * max|g| of that tensor"
    public double Tolerance(string kind, string which) =>
        double.Parse(Json["tolerance"]![kind]![which]!.ToString().Split(' ')[0], CultureInfo.InvariantCulture);

    public void Dispose() => _golden.Dispose();
}
