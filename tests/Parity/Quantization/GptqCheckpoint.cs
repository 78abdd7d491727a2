using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Parity.Tensors;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Gptq;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>A GPTQ folder: loaded and run, written again, and made anew from its base and calibration samples.</summary>
internal static class GptqCheckpoint
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using (var model = QuantizedModels.Load(golden.PathOf("model"), CPU, ScalarType.Float32))
        {
            BitsAndBytesCheckpoint.Run(comparison, golden, model, "left.", 2e-4);
            BitsAndBytesCheckpoint.Run(comparison, golden, model, "right.", 2e-4);
            BitsAndBytesCheckpoint.Dequantized(comparison, golden, model);
            Written(comparison, golden, model);
            if (comparison.IsClean) Own(comparison, golden, model);
        }

        return comparison.Verdict;
    }

    /// <summary>What is written of the loaded layers is what was read.</summary>
    public static void Written(Comparison comparison, GoldenCase golden, CausalLanguageModel model)
    {
        using var scope = NewDisposeScope();
        using var stored = ModelFolder.Open(golden.PathOf("model"));
        foreach (var (path, layer) in ModuleTree.OfType<GroupedLinear>(model))
            foreach (var (name, tensor) in layer.StoredTensors())
                comparison.Same($"{path}.{name}", tensor, stored.Read($"{path}.{name}"));
    }

    private static void Own(Comparison comparison, GoldenCase golden, CausalLanguageModel theirs)
    {
        var arguments = golden.Json["arguments"]!.AsObject();
        var dtype = arguments["model_dtype"]!.GetValue<string>() == "float16" ? ScalarType.Float16 : ScalarType.Float32;
        var options = ((GptqFormat)WeightFormats.Of(ModelConfig.ReadJson(golden.PathOf("model/config.json")))!).Options;
        using var scope = NewDisposeScope();
        var ids = golden.Read("calibration.input_ids");
        var plain = Load(golden, ScalarType.Float32);
        var expected = Logits(plain, ids);

        var mine = Load(golden, dtype);
        GptqQuantizer.Quantize(mine, [.. ids.split(1, 0)], options);
        Integers(comparison, mine, theirs, dtype == ScalarType.Float16 ? 0.93 : 0.98);
        var error = Error(InFloat32(golden, mine), ids, expected);
        var wanted = golden.Json["calibration_logits_mse"]!;
        QuantizedModels.Quantize(plain, layer => new GroupedLinear(RoundToNearest.Quantize(layer.Weight, options), layer.Bias, new GptqFormat { Options = options }));
        comparison.Expect(
            Math.Abs(error - wanted["gptq"]!.GetValue<double>()) <= 0.15 * wanted["gptq"]!.GetValue<double>() && error < Error(plain, ids, expected),
            $"calibration logits: mean squared error {error:g4}, expected {wanted["gptq"]}, rounding to nearest {wanted["rtn"]}");
    }

    private static void Integers(Comparison comparison, CausalLanguageModel mine, CausalLanguageModel theirs, double share)
    {
        var (equal, all) = (0L, 0L);
        foreach (var (path, layer) in ModuleTree.OfType<GroupedLinear>(theirs))
        {
            using var expected = layer.Quantized.Values();
            using var values = ((GroupedLinear)ModuleTree.Find(mine, path)).Quantized.Values();
            using var same = values.eq(expected).sum();
            (equal, all) = (equal + same.item<long>(), all + expected.numel());
        }

        comparison.Expect(equal >= share * all, $"{(double)equal / all:p2} of the integers are equal, at least {share:p0} are expected");
    }

    /// <summary>The quantized layers of a model in the base, which computes in float32.</summary>
    private static CausalLanguageModel InFloat32(GoldenCase golden, CausalLanguageModel quantized)
    {
        var model = Load(golden, ScalarType.Float32);
        foreach (var (path, layer) in ModuleTree.OfType<GroupedLinear>(quantized).ToList())
        {
            var plain = (Platform.Modeling.Layers.Linear)ModuleTree.Find(model, path);
            ModuleTree.Replace(model, path, new GroupedLinear(layer.Quantized, plain.Bias, (IGroupedFormat)layer.Format));
        }

        return model;
    }

    private static CausalLanguageModel Load(GoldenCase golden, ScalarType dtype) =>
        PretrainedModel.Load<CausalLanguageModel>(golden.PathOf("base"), CPU, new LoadOptions { Dtype = dtype });

    public static Tensor Logits(CausalLanguageModel model, Tensor ids)
    {
        using var noGradients = no_grad();
        return model.Logits(ids);
    }

    public static double Error(CausalLanguageModel model, Tensor ids, Tensor expected) => Logits(model, ids).sub(expected).square().mean().item<float>();
}
