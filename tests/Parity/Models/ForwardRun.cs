using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Parity.Models.Forward;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>One forward pass of a case, every output it names, and the gradients of its loss where the case has them.</summary>
internal static class ForwardRun
{
    private const string Gradient = "grad.";

    public static void Check(ModelCase golden, PretrainedModel model, string name, JsonObject run, TensorComparison comparison)
    {
        using var scope = NewDisposeScope();
        var actual = Forwards.Run(model, new RunInputs(input => golden.OptionalGolden($"{name}.{input}")));
        var real = golden.OptionalGolden($"{name}.attention_mask")?.ne(0);
        foreach (var output in run["outputs"]!.AsArray().Select(output => output!.ToString()).Where(output => !output.StartsWith(Gradient, StringComparison.Ordinal)))
        {
            var expected = golden.Golden($"{name}.{output}");
            if (!actual.TryGetValue(output, out var tensor)) comparison.Differ($"{name}.{output}", "the library does not give it");
            else if (expected.dim() == 0) comparison.Near($"{name}.{output}", tensor.ToDouble(), expected.ToDouble(), golden.LossTolerance);
            else comparison.Close($"{name}.{output}", tensor, expected, golden.Atol, golden.Rtol, PerToken(real, expected));
        }

        if (run["grad_norms"] is JsonObject norms) CheckGradients(golden, model, name, actual["loss"], norms, comparison);
    }

    /// <summary>The mask, if the tensor has a value per token, with the batch's rows in one or not.</summary>
    private static Tensor? PerToken(Tensor? real, Tensor expected)
    {
        if (real is null || expected.dim() < 2) return null;
        return real.shape.SequenceEqual(expected.shape[..2]) ? real
            : expected.shape[0] == real.NumberOfElements ? real.flatten()
            : null;
    }

    private static void CheckGradients(ModelCase golden, PretrainedModel model, string name, Tensor loss, JsonObject norms, TensorComparison comparison)
    {
        model.zero_grad();
        loss.backward();
        var layout = ModelFamily.Of(model.Config).Layout;
        foreach (var (parameter, value) in model.named_parameters().Where(pair => pair.parameter.requires_grad))
        {
            if (value.grad is not { } whole)
            {
                // The reference has none either where a pass does not reach, e.g. an image tower's last block.
                if ((layout.Parts(parameter, value) ?? [new(parameter, value)]).Any(part => norms.ContainsKey(part.Key))) comparison.Differ($"{name}.grad.{parameter}", "there is no gradient");
                continue;
            }

            // Gradients are named as in the file, where a parameter may lie in parts.
            foreach (var (key, gradient) in layout.Parts(parameter, whole) ?? [new(parameter, whole)])
            {
                var norm = norms[key]!.GetValue<double>();
                comparison.Near($"{name}.grad_norm.{key}", gradient.norm().ToDouble(), norm, golden.GradientRtol * norm + golden.GradientFloor);
                if (golden.OptionalGolden($"{name}.{Gradient}{key}") is { } expected)
                {
                    comparison.Close($"{name}.{Gradient}{key}", gradient, expected, golden.GradientAtol * expected.abs().max().ToDouble(), golden.GradientRtol);
                }
            }
        }

        model.zero_grad();
    }
}
