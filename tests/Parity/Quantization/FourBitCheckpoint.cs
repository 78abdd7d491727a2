using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Parity.Tensors;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>A model folder in four bits: made from its base, loaded, run, saved.</summary>
internal static class FourBitCheckpoint
{
    private static readonly JsonObject NoConfig = [];

    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using var stored = ModelFolder.Open(golden.PathOf("model"));
        using var plain = ModelFolder.Open(golden.PathOf("base"));
        var config = ModelConfig.ReadJson(golden.PathOf("model/config.json"));
        var settings = BitsAndBytesConfig.Read(config)!;
        Weights(comparison, stored, plain, settings.Options, DtypeOf(config));
        if (!comparison.IsClean) return comparison.Verdict;
        if (ModelFamily.All.All(family => family.ModelType != config["model_type"]!.ToString()))
            throw new UnsupportedCaseException($"all 4-bit tensors agree, but the model type '{config["model_type"]}' is not there yet to compute logits");

        Logits(comparison, golden);
        Saved(comparison, golden, stored, DtypeOf(config));
        return comparison.Verdict;
    }

    /// <summary>Every 4-bit tensor equals what the base's weight gives here.</summary>
    private static void Weights(Comparison comparison, ModelFolder stored, ModelFolder plain, Nf4Options options, ScalarType dtype)
    {
        foreach (var (weight, _) in QuantizedTensors.In(stored.TensorNames))
        {
            using var scope = NewDisposeScope();
            var mine = Nf4Quantizer.Quantize(plain.Read(weight).to_type(dtype), options);
            foreach (var (name, tensor) in QuantizedTensors.Of(weight, mine)) comparison.Same(name, tensor, stored.Read(name));
        }
    }

    private static void Logits(Comparison comparison, GoldenCase golden)
    {
        using var model = QuantizedModels.Load(golden.PathOf("model"), CPU);
        var tolerance = model.Dtype == ScalarType.Float32 ? 2e-4 : 0.15;
        Run(comparison, golden, model, "left.", tolerance);
        Run(comparison, golden, model, "right.", tolerance);
        foreach (var name in golden.Names.Where(name => name.StartsWith("dequantized.", StringComparison.Ordinal)))
        {
            using var dequantized = ((Nf4Linear)ModuleTree.Find(model, name["dequantized.".Length..])).Dequantized();
            using var expected = golden.Read(name);
            comparison.Same(name, dequantized, expected);
        }

        if (!golden.Has("float32.left.logits")) return;
        using var wide = QuantizedModels.Load(golden.PathOf("model"), CPU, ScalarType.Float32);
        Run(comparison, golden, wide, "float32.left.", 2e-4);
        Run(comparison, golden, wide, "float32.right.", 2e-4);
    }

    public static void Run(Comparison comparison, GoldenCase golden, CausalLanguageModel model, string prefix, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var mask = golden.Read($"{prefix}attention_mask");
        comparison.Close($"{prefix}logits", model.Logits(golden.Read($"{prefix}input_ids"), mask), golden.Read($"{prefix}logits"), tolerance, where: mask);
    }

    /// <summary>Quantizing the base here and saving it gives the stored tensors and configuration.</summary>
    private static void Saved(Comparison comparison, GoldenCase golden, ModelFolder stored, ScalarType dtype)
    {
        var folder = Directory.CreateTempSubdirectory("parity-");
        try
        {
            using (var model = PretrainedModel.Load<CausalLanguageModel>(golden.PathOf("base"), CPU, new LoadOptions { Dtype = dtype }))
            {
                QuantizedModels.Quantize(model, BitsAndBytesConfig.Read(ModelConfig.ReadJson(golden.PathOf("model/config.json")))!.Options);
                QuantizedModels.Save(model, folder.FullName, golden.PathOf("base"));
            }

            var config = ModelConfig.ReadJson(Path.Combine(folder.FullName, "config.json"));
            var expected = ModelConfig.ReadJson(golden.PathOf("model/config.json"));
            comparison.Expect(JsonNode.DeepEquals(config[BitsAndBytesConfig.Key] ?? NoConfig, expected[BitsAndBytesConfig.Key]), $"config.json: {BitsAndBytesConfig.Key} is {config[BitsAndBytesConfig.Key]?.ToJsonString()}");
            using var saved = ModelFolder.Open(folder.FullName);
            comparison.Expect(saved.TensorNames.ToHashSet().SetEquals(stored.TensorNames), "the saved folder holds other tensors");
            foreach (var name in stored.TensorNames.Where(saved.Contains))
            {
                using var mine = saved.Read(name);
                using var theirs = stored.Read(name);
                comparison.Same($"saved {name}", mine, theirs);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ScalarType DtypeOf(JsonObject config) => config["dtype"]!.ToString() switch
    {
        "bfloat16" => ScalarType.BFloat16,
        "float16" => ScalarType.Float16,
        _ => ScalarType.Float32,
    };
}
