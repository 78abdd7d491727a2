using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Generation;
using Platform.Parity.Models;
using Platform.Parity.Models.Forward;
using Platform.Parity.Tensors;
using Platform.Peft;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>One adapter: base and adapted forward, gradients, switched off, merged weights and forward, and the files written again.</summary>
internal static class AdapterCase
{
    private static readonly string[] Outputs = ["logits", "start_logits", "end_logits"];

    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        var folder = golden.PathOf(golden.Json["adapter"]!.ToString());
        using var scope = NewDisposeScope();
        using var model = PretrainedModel.Load(golden.PathOf(golden.Json["base_model"]!.ToString()), CPU);
        Forward(comparison, golden, model, "base");
        var before = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().clone());
        using var adapter = Adapters.Load(model, folder);
        if (adapter.ServesOnly is null) Gradients(comparison, golden, adapter);
        Generated(comparison, golden, model);
        Files(comparison, adapter, folder);

        adapter.Enabled = false;
        Forward(comparison, golden, model, "base");
        adapter.Enabled = true;
        Forward(comparison, golden, model, "adapter", adapter);

        if (golden.Json["mergeable"]?.GetValue<bool>() != false && golden.Names.Any(name => name.StartsWith("merged.", StringComparison.Ordinal)))
        {
            adapter.Merge();
            Forward(comparison, golden, model, "merged");
            adapter.Unmerge();
        }

        adapter.Dispose();
        foreach (var (name, parameter) in model.named_parameters()) comparison.Same($"unmerged {name}", parameter.detach(), before[name]);
        if (golden.Names.Any(name => name.StartsWith("delta.", StringComparison.Ordinal))) Deltas(comparison, golden, model, folder, before);
        PromptCase.Check(comparison, golden, model, folder, Gradients);
        return comparison.Verdict;
    }

    /// <summary>The adapted model's outputs under transformers' names, <c>loss</c> among them.</summary>
    public static Dictionary<string, Tensor> Run(GoldenCase golden, PretrainedModel model, string prefix = "in.", long? batch = null) =>
        Forwards.Run(model, new RunInputs(name => !golden.Has(prefix + name) ? null : batch is { } index ? golden.Read(prefix + name)[index] : golden.Read(prefix + name)));

    public static (double Absolute, double Relative) Tolerance(GoldenCase golden, string name) =>
        golden.Json["tolerance"]?[name] is { } tolerance ? (tolerance["atol"]!.GetValue<double>(), tolerance["rtol"]!.GetValue<double>()) : (1e-5, 1e-4);

    public static void Forward(Comparison comparison, GoldenCase golden, PretrainedModel model, string stage, IAdapter? adapter = null)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var actual = Run(golden, model);
        foreach (var name in Outputs.Where(name => golden.Has($"{stage}.{name}")))
        {
            var expected = golden.Read($"{stage}.{name}");
            var (absolute, relative) = Tolerance(golden, "logits");
            comparison.Close($"{stage}.{name}", actual[name], expected, absolute, relative, Where(golden, expected));
        }

        if (!golden.Has($"{stage}.loss")) return;
        var (near, share) = Tolerance(golden, "loss");
        var loss = actual["loss"];
        if (stage == "adapter" && adapter?.Penalty() is { } penalty) loss = loss + penalty;
        comparison.Close($"{stage}.loss", loss, golden.Read($"{stage}.loss"), near, share);
    }

    /// <summary>Where there are real tokens; virtual ones in front count. Null for outputs that are not per token of the mask.</summary>
    private static Tensor? Where(GoldenCase golden, Tensor expected)
    {
        if (!golden.Has("in.attention_mask")) return null;
        var mask = golden.Read("in.attention_mask");
        if (expected.dim() < 2 || expected.shape[0] != mask.shape[0] || expected.shape[1] < mask.shape[1]) return null;
        return nn.functional.pad(mask, [expected.shape[1] - mask.shape[1], 0], value: 1);
    }

    private static void Gradients(Comparison comparison, GoldenCase golden, IAdapter adapter)
    {
        Forward(comparison, golden, adapter.Model, "adapter", adapter);
        using var scope = NewDisposeScope();
        var loss = Run(golden, adapter.Model)["loss"];
        if (adapter.Penalty() is { } penalty) loss = loss + penalty;
        loss.backward();
        var (absolute, relative) = Tolerance(golden, "grad");
        foreach (var (name, parameter) in adapter.Parameters.Where(parameter => golden.Has($"grad.{parameter.Name}")))
        {
            if (parameter.grad is { } gradient) comparison.Close($"grad.{name}", gradient, golden.Read($"grad.{name}"), absolute, relative);
            else comparison.Expect(false, $"grad.{name}: there is no gradient");
        }

        comparison.Expect(adapter.Model.parameters().Where(parameter => parameter.grad is not null).All(parameter => adapter.Parameters.Any(own => own.Parameter.Handle == parameter.Handle)), "a frozen parameter has a gradient");
        foreach (var parameter in adapter.Model.parameters()) parameter.grad = null;
    }

    private static void Deltas(Comparison comparison, GoldenCase golden, PretrainedModel model, string folder, Dictionary<string, Tensor> before)
    {
        Adapters.MergeInto(model, folder);
        var layout = ModelFamily.Of(model.Config).Layout;
        var (absolute, relative) = Tolerance(golden, "delta");
        foreach (var (name, parameter) in model.named_parameters())
        {
            var delta = parameter.detach() - before[name];
            if (layout.Parts(name, delta) is { } parts && golden.Has($"delta.{name}") && parts.All(part => part.Key != name)) comparison.Close($"delta.{name}", delta, golden.Read($"delta.{name}"), absolute, relative);
            foreach (var (key, part) in layout.Parts(name, delta) ?? [new(name, delta)])
            {
                // Named as the module's parameter, laid out as in its file.
                if (golden.Has($"delta.{key}")) comparison.Close($"delta.{key}", part, golden.Read($"delta.{key}"), absolute, relative);
            }
        }
    }

    public static void Files(Comparison comparison, IAdapter adapter, string folder, bool exact = true)
    {
        var saved = Directory.CreateTempSubdirectory("parity-");
        try
        {
            adapter.Save(saved.FullName);
            foreach (var name in Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Where(name => !name.EndsWith(".bin", StringComparison.Ordinal))) // older twins
            {
                var (written, expected) = (Path.Combine(saved.FullName, name), Path.Combine(folder, name));
                if (!File.Exists(written)) comparison.Expect(false, $"{name} is not written");
                else if (!name.EndsWith(".json", StringComparison.Ordinal)) comparison.Expect(!exact || File.ReadAllBytes(written).AsSpan().SequenceEqual(File.ReadAllBytes(expected)), $"the {name} written again has other bytes");
                else comparison.Expect(Canonical(written) == Canonical(expected), $"{name} written again is {Canonical(written)}, expected {Canonical(expected)}");
            }
        }
        finally
        {
            saved.Delete(recursive: true);
        }
    }

    /// <summary>Without the library's version, and with sets in order: PEFT writes them as they come.</summary>
    public static string Canonical(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        json.Remove("peft_version");
        foreach (var set in (string[])["target_modules", "modules_to_save", "feedforward_modules", "exclude_modules"])
        {
            if (json[set] is JsonArray items) json[set] = new JsonArray([.. items.Select(item => item!.ToString()).Order(StringComparer.Ordinal).Select(item => (JsonNode)item)]);
        }

        return json.ToJsonString();
    }

    /// <summary>Greedy continuations of left-padded prompts.</summary>
    private static void Generated(Comparison comparison, GoldenCase golden, PretrainedModel model)
    {
        if (!golden.Has("gen.sequences")) return;
        using var scope = NewDisposeScope();
        var (ids, mask, expected) = (golden.Read("gen.input_ids"), golden.Read("gen.attention_mask"), golden.Read("gen.sequences"));
        var options = new GenerationOptions { MaxNewTokens = (int)(expected.shape[1] - ids.shape[1]) };
        using var decoder = new CausalDecoder((CausalLanguageModel)model, mask, PromptCase.Positions(model, ids));
        var rows = TokenGeneration.Run(decoder, ids, PromptBatch.Unpadded(ids, mask), options);
        var written = tensor(rows.SelectMany(row => row.Tokens.Select(token => (long)token)).ToArray(), rows.Count, options.MaxNewTokens!.Value);
        comparison.Same("gen.sequences", cat([ids, written], 1), expected);
    }
}
