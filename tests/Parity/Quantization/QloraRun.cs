using Platform.Modeling;
using Platform.Parity.Tensors;
using Platform.Peft;
using Platform.Peft.Layers;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Parity.Quantization;

/// <summary>Adapters trained on a frozen 4-bit base, and merged into it.</summary>
internal static class QloraRun
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        Train(comparison, golden);
        using (var model = QuantizedModels.Load(golden.PathOf("model"), CPU))
        {
            using var adapter = Adapters.Load(model, golden.PathOf("adapter_final"));
            BitsAndBytesCheckpoint.Run(comparison, golden, model, "final.left.", 5e-4);
            BitsAndBytesCheckpoint.Run(comparison, golden, model, "final.right.", 5e-4);
            Merge(comparison, golden, adapter);
        }

        return comparison.Verdict;
    }

    private static void Train(Comparison comparison, GoldenCase golden)
    {
        using var model = QuantizedModels.Load(golden.PathOf("model"), CPU);
        using var adapter = Adapters.Load(model, golden.PathOf("adapter_init"));
        model.train();
        var optimizer = golden.Json["optimizer"]!;
        using var adam = optim.AdamW(adapter.Parameters.Select(parameter => parameter.Parameter), optimizer["lr"]!.GetValue<double>(), optimizer["betas"]![0]!.GetValue<double>(), optimizer["betas"]![1]!.GetValue<double>(), optimizer["eps"]!.GetValue<double>(), optimizer["weight_decay"]!.GetValue<double>());
        var steps = golden.Json["steps"]!.GetValue<int>();
        var batches = golden.Names.Count(name => name.EndsWith(".labels", StringComparison.Ordinal));
        List<float> losses = [], norms = [];
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            adam.zero_grad();
            var loss = CausalLoss.Mean(model, golden, $"batch{step % batches}.");
            loss.backward();
            losses.Add(loss.item<float>());
            norms.Add((float)nn.utils.clip_grad_norm_(adapter.Parameters.Select(parameter => parameter.Parameter), golden.Json["max_grad_norm"]!.GetValue<double>()));
            adam.step();
        }

        using var all = NewDisposeScope();
        comparison.Close("loss", tensor(losses.ToArray()), golden.Read("loss"), 0, 2e-5);
        comparison.Close("grad_norm", tensor(norms.ToArray()), golden.Read("grad_norm"), 0, 1e-4);
        using var expected = new Platform.Modeling.Checkpoints.SafeTensorsReader(golden.PathOf("adapter_final/adapter_model.safetensors"));
        foreach (var (name, parameter) in adapter.Parameters) comparison.Close($"adapter_final {name}", parameter, expected.Read(name), 5e-5);
    }

    /// <summary>W' = quantize(dequantize(W) + s B A).</summary>
    private static void Merge(Comparison comparison, GoldenCase golden, IAdapter adapter)
    {
        using var scope = NewDisposeScope();
        var first = ((LayerAdapter)adapter).Updates.First(layer => layer.Path.EndsWith("layers.0.self_attn.q_proj", StringComparison.Ordinal)).Layer.Base;
        adapter.MergeForGood();
        var different = ((Nf4Linear)first).Dequantized().sub(golden.Read("merged4bit.q_proj0.dequantized")).abs().gt(1e-3).to_type(ScalarType.Float32).mean().item<float>();
        comparison.Expect(different <= 0.01, $"merged4bit.q_proj0: {different:p1} of the weights have another code, allowed 1 %");
        var model = (CausalLanguageModel)adapter.Model;
        BitsAndBytesCheckpoint.Run(comparison, golden, model, "merged4bit.left.", 0.05);
        BitsAndBytesCheckpoint.Run(comparison, golden, model, "merged4bit.right.", 0.05);
    }
}
