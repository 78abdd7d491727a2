using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Parity.Tensors;
using Platform.Quantization;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Int8;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>A model folder in four or eight bits: made from its base, loaded, run, saved.</summary>
internal static class BitsAndBytesCheckpoint
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using var stored = ModelFolder.Open(golden.PathOf("model"));
        var config = ModelConfig.ReadJson(golden.PathOf("model/config.json"));
        var format = WeightFormats.Of(config)!;
        Saved(comparison, golden, stored, format, DtypeOf(config));
        if (comparison.IsClean) Logits(comparison, golden, format);
        return comparison.Verdict;
    }

    private static void Logits(Comparison comparison, GoldenCase golden, IWeightFormat format)
    {
        using var model = QuantizedModels.Load(golden.PathOf("model"), CPU);
        var tolerance = format is Int8Format ? 5e-3 : model.Dtype == ScalarType.Float32 ? 2e-4 : 0.15;
        Run(comparison, golden, model, "left.", tolerance);
        Run(comparison, golden, model, "right.", tolerance);
        Dequantized(comparison, golden, model);
        if (!golden.Has("float32.left.logits")) return;
        using var wide = QuantizedModels.Load(golden.PathOf("model"), CPU, ScalarType.Float32);
        Run(comparison, golden, wide, "float32.left.", 2e-4);
        Run(comparison, golden, wide, "float32.right.", 2e-4);
    }

    /// <summary>Every <c>dequantized.PATH</c> of the case is what the layer at that path gives.</summary>
    public static void Dequantized(Comparison comparison, GoldenCase golden, CausalLanguageModel model)
    {
        const string prefix = "dequantized.", suffix = ".weight";
        foreach (var name in golden.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var path = name.EndsWith(suffix, StringComparison.Ordinal) ? name[prefix.Length..^suffix.Length] : name[prefix.Length..];
            using var mine = ((QuantizedLinear)ModuleTree.Find(model, path)).Dequantized();
            using var expected = golden.Read(name);
            comparison.Same(name, mine, expected);
        }
    }

    public static void Run(Comparison comparison, GoldenCase golden, CausalLanguageModel model, string prefix, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var mask = golden.Read($"{prefix}attention_mask");
        comparison.Close($"{prefix}logits", model.Logits(golden.Read($"{prefix}input_ids"), mask), golden.Read($"{prefix}logits"), tolerance, where: mask);
    }

    /// <summary>Quantizing the base here and saving it gives the stored tensors and configuration.</summary>
    private static void Saved(Comparison comparison, GoldenCase golden, ModelFolder stored, IWeightFormat format, ScalarType dtype)
    {
        var folder = Directory.CreateTempSubdirectory("parity-");
        try
        {
            using (var model = PretrainedModel.Load<CausalLanguageModel>(golden.PathOf("base"), CPU, new LoadOptions { Dtype = dtype }))
            {
                if (format is Nf4Format four) QuantizedModels.Quantize(model, four.Options);
                else QuantizedModels.Quantize(model, layer => new Int8Linear(RowwiseInt8.Quantize(layer.Weight), layer.Bias, ((Int8Format)format).Threshold));
                QuantizedModels.Save(model, folder.FullName, golden.PathOf("base"));
            }

            SameFolder(comparison, golden, stored, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A folder written here has the stored one's configuration and tensors.</summary>
    public static void SameFolder(Comparison comparison, GoldenCase golden, ModelFolder stored, string folder)
    {
        var config = ModelConfig.ReadJson(Path.Combine(folder, "config.json"));
        var expected = ModelConfig.ReadJson(golden.PathOf("model/config.json"));
        comparison.Expect(JsonNode.DeepEquals(config[WeightFormats.Key], expected[WeightFormats.Key]), $"config.json: {WeightFormats.Key} is {config[WeightFormats.Key]?.ToJsonString()}");
        using var saved = ModelFolder.Open(folder);
        comparison.Expect(saved.TensorNames.ToHashSet().SetEquals(stored.TensorNames), "the saved folder holds other tensors");
        foreach (var name in stored.TensorNames.Where(saved.Contains))
        {
            using var mine = saved.Read(name);
            using var theirs = stored.Read(name);
            comparison.Same($"saved {name}", mine, theirs);
        }
    }

    private static ScalarType DtypeOf(JsonObject config) => config["dtype"]!.ToString() switch
    {
        "bfloat16" => ScalarType.BFloat16,
        "float16" => ScalarType.Float16,
        _ => ScalarType.Float32,
    };
}
