using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Parity.Tensors;
using Platform.Peft;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>First factors taken from the weights: residual and product, training from there, and conversion to a plain LoRA.</summary>
internal static class InitializationCase
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using var scope = NewDisposeScope();
        if (golden.Json["arguments"] is not null)
        {
            Rounded(comparison, golden);
            return comparison.Verdict;
        }

        using var model = PretrainedModel.Load(golden.PathOf(golden.Json["base_model"]!.ToString()), CPU);
        AdapterCase.Forward(comparison, golden, model, "base");
        var initial = golden.PathOf(golden.Json["adapter_init"]!.ToString());
        using (var drawn = Adapters.Attach(model, AdapterFiles.ReadOptions(initial), new Generator(1)))
        {
            AdapterCase.Forward(comparison, golden, model, "init");
            First(comparison, golden, (LayerAdapter)drawn);
        }

        using (var loaded = Adapters.Load(model, initial))
        {
            AdapterCase.Forward(comparison, golden, model, "init");
            First(comparison, golden, (LayerAdapter)loaded);
        }

        var converted = Directory.CreateTempSubdirectory("parity-");
        try
        {
            var trained = golden.PathOf(golden.Json["adapter_trained"]!.ToString());
            using (var adapter = Adapters.Load(model, trained))
            {
                AdapterCase.Forward(comparison, golden, model, "trained");
                AdapterCase.Files(comparison, adapter, trained);
                PlainLora.Save(adapter, converted.FullName);
            }

            AdapterCase.Forward(comparison, golden, model, "base");
            if (golden.Json["adapter_converted"]?.ToString() is not { } plain) return comparison.Verdict;
            comparison.Expect(AdapterCase.Canonical(Path.Combine(converted.FullName, "adapter_config.json")) == AdapterCase.Canonical(golden.PathOf(Path.Combine(plain, "adapter_config.json"))), "adapter_config.json of the converted adapter differs");
            foreach (var folder in (string[])[converted.FullName, golden.PathOf(plain)])
            {
                using var adapter = Adapters.Load(model, folder);
                AdapterCase.Forward(comparison, golden, model, "converted");
            }

            return comparison.Verdict;
        }
        finally
        {
            converted.Delete(recursive: true);
        }
    }

    private static void First(Comparison comparison, GoldenCase golden, LayerAdapter adapter)
    {
        var (_, layer, update) = adapter.Updates.First();
        var lora = (LoraUpdate)update;
        comparison.Close("residual_weight", ((Linear)layer.Base).Weight, golden.Read("residual_weight"), 1e-5, 1e-4);
        comparison.Close("product", lora.Delta(), golden.Read("product"), 1e-5, 1e-4);
        comparison.Close("|lora_A|", lora.Down.abs(), golden.Read("lora_A").abs(), 1e-5, 1e-4);
        comparison.Close("|lora_B|", lora.Up.abs(), golden.Read("lora_B").abs(), 1e-5, 1e-4);
    }

    private static void Rounded(Comparison comparison, GoldenCase golden)
    {
        var arguments = golden.Json["arguments"]!;
        var options = new Nf4Options { BlockSize = arguments["block"]!.GetValue<int>(), DoubleQuantization = false };
        using var factors = LoftQ.Decompose(
            golden.Read("weight"),
            arguments["rank"]!.GetValue<int>(),
            arguments["iterations"]!.GetValue<int>(),
            weight => Nf4Quantizer.Dequantize(Nf4Quantizer.Quantize(weight, options)));
        comparison.Close("dequantized", factors.Rounded, golden.Read("dequantized"), 1e-6);
        comparison.Close("product", factors.Up.mm(factors.Down), golden.Read("product"), 1e-5);
    }
}
