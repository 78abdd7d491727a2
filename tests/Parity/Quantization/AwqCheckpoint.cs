using Platform.Modeling;
using Platform.Parity.Tensors;
using Platform.Quantization.Awq;
using Platform.Quantization.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>An AWQ folder: loaded and run, written again, and made anew from its base and calibration samples.</summary>
internal static class AwqCheckpoint
{
    private const double TieGap = 1e-3;

    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using (var model = QuantizedModels.Load(golden.PathOf("model"), CPU, ScalarType.Float32))
        {
            BitsAndBytesCheckpoint.Run(comparison, golden, model, "left.", 2e-4);
            BitsAndBytesCheckpoint.Run(comparison, golden, model, "right.", 2e-4);
            BitsAndBytesCheckpoint.Dequantized(comparison, golden, model);
            GptqCheckpoint.Written(comparison, golden, model);
        }

        Own(comparison, golden);
        return comparison.Verdict;
    }

    private static void Own(Comparison comparison, GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var arguments = golden.Json["arguments"]!;
        var options = new AwqOptions { GroupSize = arguments["q_group_size"]!.GetValue<int>(), DuoScaling = arguments["duo_scaling"]!.GetValue<bool>(), Clip = arguments["apply_clip"]!.GetValue<bool>() };
        var ids = golden.Read("calibration.input_ids");
        using var plain = Load(golden);
        using var mine = Load(golden);
        var expected = GptqCheckpoint.Logits(plain, ids);
        var sameSoFar = true;
        AwqQuantizer.Quantize(mine, [ids], options, findings: new AwqFindings { OnScales = Scales, OnClip = Clip });
        var (error, wanted) = (GptqCheckpoint.Error(mine, ids, expected), golden.Json["calibration_logits_mse"]!["awq"]!.GetValue<double>());
        comparison.Expect(Math.Abs(error - wanted) <= 0.1 * wanted, $"calibration logits: mean squared error {error:g4}, expected {wanted:g4}");

        // Where two ratios are equally good, rounding decides, and what comes after may differ.
        void Scales(int block, string previous, Tensor scales, IReadOnlyList<double> losses)
        {
            using var inner = NewDisposeScope();
            if (!sameSoFar) return;
            comparison.Close($"layer{block}.losses.{previous}", tensor(losses.Select(loss => (float)loss).ToArray()), golden.Read($"layer{block}.losses.{previous}"), 1e-7, 1e-2);
            var ordered = losses.Order().ToList();
            if ((ordered[1] - ordered[0]) / ordered[0] < TieGap) sameSoFar = false;
            else comparison.Close($"layer{block}.scale.{previous}", scales, golden.Read($"layer{block}.scale.{previous}"), 0, 1e-3);
        }

        void Clip(int block, string layer, Tensor limits)
        {
            if (!sameSoFar || !golden.Has($"layer{block}.clip.{layer}")) return;
            using var inner = NewDisposeScope();
            var theirs = golden.Read($"layer{block}.clip.{layer}");
            var different = limits.sub(theirs).abs().gt(theirs.abs().mul(1e-2)).to_type(ScalarType.Float32).mean().item<float>();
            comparison.Expect(different <= 0.05, $"layer{block}.clip.{layer}: {different:p1} of the limits differ, allowed 5 %");
        }
    }

    private static CausalLanguageModel Load(GoldenCase golden) =>
        PretrainedModel.Load<CausalLanguageModel>(golden.PathOf("base"), CPU, new LoadOptions { Dtype = ScalarType.Float32 });
}
