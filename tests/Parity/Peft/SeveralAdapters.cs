using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Parity.Tensors;
using Platform.Peft;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>Several adapters on one model: alone, together, by rows, combined, merged.</summary>
internal static class SeveralAdapters
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using var scope = NewDisposeScope();
        using var model = PretrainedModel.Load(golden.PathOf(golden.Json["base_model"]!.ToString()), CPU);
        using var set = new AdapterSet(model);
        foreach (var (name, folder) in golden.Json["adapters"]!.AsObject()) set.Load(name, golden.PathOf(folder!.ToString()));
        AdapterCase.Forward(comparison, golden, model, "base");
        foreach (var name in set.Names.ToList())
        {
            set.Activate(name);
            AdapterCase.Forward(comparison, golden, model, $"adapter_{name}");
        }

        set.Activate("a", "b");
        AdapterCase.Forward(comparison, golden, model, "active_a_b");
        using (set.ChooseRows([.. golden.Json["adapter_names"]!.AsArray().Select(name => name!.ToString())])) AdapterCase.Forward(comparison, golden, model, "mixed_batch");
        AdapterCase.Forward(comparison, golden, model, "active_a_b");
        set.Merge();
        AdapterCase.Forward(comparison, golden, model, "merged_a_b");
        set.Unmerge();
        foreach (var (name, combined) in golden.Json["combined"]!.AsObject()) Combined(comparison, golden, set, name, combined!);
        set.Activate();
        AdapterCase.Forward(comparison, golden, model, "base");
        return comparison.Verdict;
    }

    private static void Combined(Comparison comparison, GoldenCase golden, AdapterSet set, string name, JsonNode combined)
    {
        var adapter = (LayerAdapter)set.Combine(name, new WeightedCombination
        {
            Kind = Enum.Parse<CombinationKind>(combined["combination_type"]!.ToString().Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            Sources = [.. combined["adapters"]!.AsArray().Zip(combined["weights"]!.AsArray(), (source, weight) => (source!.ToString(), weight!.GetValue<double>()))],
            Density = combined["density"]?.GetValue<double>() ?? 1,
            SvdRank = combined["svd_rank"]?.GetValue<int>(),
        });
        var options = (LoraOptions)adapter.Options;
        comparison.Expect(options.Rank == combined["result_r"]!.GetValue<int>() && options.Alpha == combined["result_lora_alpha"]!.GetValue<double>(), $"{name}: rank {options.Rank}, alpha {options.Alpha}");
        comparison.Expect(options.TargetModules.Names.SequenceEqual(combined["result_target_modules"]!.AsArray().Select(module => module!.ToString())), $"{name}: targets {options.TargetModules}");
        set.Activate(name);
        AdapterCase.Forward(comparison, golden, adapter.Model, $"combo_{name}");
        foreach (var (path, _, update) in adapter.Updates)
        {
            var lora = (LoraUpdate)update;
            foreach (var (what, tensor) in ((string, Tensor)[])[("delta", lora.Delta()), ("lora_A", lora.Down), ("lora_B", lora.Up)])
                if (golden.Has($"combo_{name}.{what}.{path}")) comparison.Close($"combo_{name}.{what}.{path}", tensor, golden.Read($"combo_{name}.{what}.{path}"), 1e-5, 1e-4);
        }

        var folder = golden.PathOf(Path.Combine("combined", name));
        if (Directory.Exists(folder)) AdapterCase.Files(comparison, adapter, folder, exact: false);
    }
}
