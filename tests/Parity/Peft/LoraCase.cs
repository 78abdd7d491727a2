using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Generation;
using Platform.Parity.Tensors;
using Platform.Peft;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>One LoRA adapter: base and adapted forward, gradients, merged weights and forward, and the files written again.</summary>
internal static class LoraCase
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        var folder = golden.PathOf(golden.Json["adapter"]!.ToString());
        using var scope = NewDisposeScope();
        using var model = PretrainedModel.Load<CausalLanguageModel>(golden.PathOf(golden.Json["base_model"]!.ToString()), CPU);
        Forward(comparison, golden, model, "base");
        var before = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().clone());
        using var adapter = Adapters.Load(model, folder);
        Gradients(comparison, golden, adapter);
        Generated(comparison, golden, model);
        Files(comparison, adapter, folder);

        adapter.Merge();
        Forward(comparison, golden, model, "merged");
        adapter.Unmerge();
        adapter.Dispose();
        foreach (var (name, parameter) in model.named_parameters()) comparison.Same($"unmerged {name}", parameter.detach(), before[name]);

        Adapters.MergeInto(model, folder);
        var (absolute, relative) = Tolerance(golden, "delta");
        foreach (var name in golden.Names.Where(name => name.StartsWith("delta.", StringComparison.Ordinal)))
        {
            var parameter = name["delta.".Length..];
            comparison.Close(name, model.get_parameter(parameter)!.detach() - before[parameter], golden.Read(name), absolute, relative);
        }

        return comparison.Verdict;
    }

    private static void Forward(Comparison comparison, GoldenCase golden, CausalLanguageModel model, string stage)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var mask = golden.Read("in.attention_mask");
        var logits = model.Logits(golden.Read("in.input_ids"), mask);
        var (absolute, relative) = Tolerance(golden, "logits");
        comparison.Close($"{stage}.logits", logits, golden.Read($"{stage}.logits"), absolute, relative, mask);
        if (!golden.Has($"{stage}.loss")) return;
        (absolute, relative) = Tolerance(golden, "loss");
        comparison.Close($"{stage}.loss", CausalLoss.Mean(logits, golden.Read("in.labels")), golden.Read($"{stage}.loss"), absolute, relative);
    }

    private static void Gradients(Comparison comparison, GoldenCase golden, IAdapter adapter)
    {
        Forward(comparison, golden, (CausalLanguageModel)adapter.Model, "adapter");
        using var scope = NewDisposeScope();
        var loss = CausalLoss.Mean((CausalLanguageModel)adapter.Model, golden, "in.");
        loss.backward();
        var (absolute, relative) = Tolerance(golden, "grad");
        foreach (var (name, parameter) in adapter.Parameters.Where(parameter => golden.Has($"grad.{parameter.Name}")))
        {
            if (parameter.grad is { } gradient) comparison.Close($"grad.{name}", gradient, golden.Read($"grad.{name}"), absolute, relative);
            else comparison.Expect(false, $"grad.{name}: there is no gradient");
        }

        comparison.Expect(adapter.Model.parameters().Where(parameter => parameter.grad is not null).All(parameter => adapter.Parameters.Any(own => own.Parameter.Handle == parameter.Handle)), "a frozen parameter has a gradient");
    }

    private static void Files(Comparison comparison, IAdapter adapter, string folder)
    {
        var saved = Directory.CreateTempSubdirectory("parity-");
        try
        {
            adapter.Save(saved.FullName);
            var same = File.ReadAllBytes(Path.Combine(saved.FullName, AdapterFiles.WeightsFile)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, AdapterFiles.WeightsFile)));
            comparison.Expect(same, $"the {AdapterFiles.WeightsFile} written again has other bytes");
            var (mine, theirs) = (Canonical(saved.FullName), Canonical(folder));
            comparison.Expect(mine == theirs, $"adapter_config.json written again is {mine}, expected {theirs}");
        }
        finally
        {
            saved.Delete(recursive: true);
        }
    }

    /// <summary>Without the library's version, and with the target modules in order: PEFT writes a set.</summary>
    private static string Canonical(string folder)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();
        json.Remove("peft_version");
        if (json["target_modules"] is JsonArray targets) json["target_modules"] = new JsonArray([.. targets.Select(target => target!.ToString()).Order(StringComparer.Ordinal).Select(target => (JsonNode)target)]);
        return json.ToJsonString();
    }

    public static (double Absolute, double Relative) Tolerance(GoldenCase golden, string name) =>
        golden.Json["tolerance"]?[name] is { } tolerance ? (tolerance["atol"]!.GetValue<double>(), tolerance["rtol"]!.GetValue<double>()) : (1e-5, 1e-4);

    /// <summary>Greedy continuations of left-padded prompts.</summary>
    private static void Generated(Comparison comparison, GoldenCase golden, CausalLanguageModel model)
    {
        if (!golden.Has("gen.sequences")) return;
        using var scope = NewDisposeScope();
        var (ids, mask, expected) = (golden.Read("gen.input_ids"), golden.Read("gen.attention_mask"), golden.Read("gen.sequences"));
        var options = new GenerationOptions { MaxNewTokens = (int)(expected.shape[1] - ids.shape[1]) };
        comparison.Same("gen.sequences", TokenGeneration.Generate(model, ids, mask, options), expected);
    }
}
