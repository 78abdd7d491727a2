using System.Text.Json.Nodes;
using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>One forward pass of a case, block by block, and the gradients of its loss where the case has them.</summary>
internal static class ForwardRun
{
    public static void Check(ModelCase golden, CausalLanguageModel model, string name, JsonObject run, TensorComparison comparison)
    {
        using var scope = NewDisposeScope();
        var ids = golden.Golden($"{name}.input_ids");
        var mask = golden.OptionalGolden($"{name}.attention_mask");
        var labels = golden.OptionalGolden($"{name}.labels");
        var outputs = run["outputs"]!.AsArray().Select(output => output!.ToString()).ToList();
        var real = mask?.ne(0);

        using var context = model.PrepareForward(ids, mask, golden.OptionalGolden($"{name}.position_ids"));
        List<Tensor> hidden = [model.Embed(ids)];
        for (var i = 0; i < model.Blocks.Count; i++) hidden.Add(model.RunBlock(i, hidden[^1], context));
        var final = model.FinalNorm(hidden[^1]);
        var logits = model.Head(final);

        foreach (var output in outputs.Where(output => output.StartsWith("hidden.", StringComparison.Ordinal)))
        {
            var index = output["hidden.".Length..];
            Compare(output, index == "final" ? final : hidden[int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)]);
        }

        Compare("logits", logits);
        if (labels is null) return;

        var loss = Loss(logits, labels);
        comparison.Near($"{name}.loss", loss.ToDouble(), golden.Golden($"{name}.loss").ToDouble(), golden.LossTolerance);
        if (run["grad_norms"] is JsonObject norms) CheckGradients(golden, model, name, loss, norms, comparison);

        void Compare(string output, Tensor actual) =>
            comparison.Close($"{name}.{output}", actual, golden.Golden($"{name}.{output}"), golden.Atol, golden.Rtol, real);
    }

    /// <summary>The mean over the labels that are not -100 of the next token's cross-entropy.</summary>
    public static Tensor Loss(Tensor logits, Tensor labels) => nn.functional.cross_entropy(
        logits.narrow(1, 0, logits.shape[1] - 1).flatten(0, 1),
        labels.narrow(1, 1, labels.shape[1] - 1).flatten(),
        ignore_index: -100);

    private static void CheckGradients(ModelCase golden, CausalLanguageModel model, string name, Tensor loss, JsonObject norms, TensorComparison comparison)
    {
        model.zero_grad();
        loss.backward();
        foreach (var (parameter, value) in model.named_parameters())
        {
            var gradient = value.grad!;
            var norm = norms[parameter]!.GetValue<double>();
            comparison.Near($"{name}.grad_norm.{parameter}", gradient.norm().ToDouble(), norm, golden.GradientRtol * norm);
            if (golden.OptionalGolden($"{name}.grad.{parameter}") is { } expected)
            {
                comparison.Close($"{name}.grad.{parameter}", gradient, expected, golden.GradientAtol * expected.abs().max().ToDouble(), golden.GradientRtol);
            }
        }

        model.zero_grad();
    }
}
