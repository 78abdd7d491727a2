using System.Globalization;
using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Parity.Models.Forward;
using Platform.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>A few AdamW steps on all parameters: the losses before and after each, and the weights at the end.</summary>
internal static class TrainingSteps
{
    public static void Check(ModelCase golden, PretrainedModel model, JsonObject train, TensorComparison comparison)
    {
        using var scope = NewDisposeScope();
        using var file = new SafeTensorsReader(Path.Combine(golden.Folder, train["file"]!.ToString()));
        var parameters = model.named_parameters().Select(pair => pair.parameter).ToList();
        var (averages, squares, step) = (parameters.Select(p => zeros_like(p)).ToList(), parameters.Select(p => zeros_like(p)).ToList(), zeros([], ScalarType.Float32));
        var adamW = new AdamWStep
        {
            LearningRate = train["lr"]!.GetValue<double>(),
            Beta1 = train["betas"]![0]!.GetValue<double>(),
            Beta2 = train["betas"]![1]!.GetValue<double>(),
            Epsilon = train["eps"]!.GetValue<double>(),
            WeightDecay = train["weight_decay"]!.GetValue<double>(),
        };

        var (loss, after) = (file.Read("loss"), file.Read("loss_on_batch0_after_step"));
        var tolerance = Figure(train["tolerance"]!["loss"]!);
        for (var i = 0; i < train["steps"]!.GetValue<int>(); i++)
        {
            using var one = NewDisposeScope();
            var current = LossOf(i);
            comparison.Near($"train.loss.{i}", current.ToDouble(), loss[i].ToDouble(), tolerance);
            model.zero_grad();
            current.backward();
            step.add_(1);
            FusedAdamW.Step(parameters, [.. parameters.Select(p => p.grad!)], averages, squares, [.. parameters.Select(_ => step)], adamW);

            using var noGradients = no_grad();
            comparison.Near($"train.loss_on_batch0_after_step.{i}", LossOf(0).ToDouble(), after[i].ToDouble(), tolerance);
        }

        foreach (var (name, parameter) in model.named_parameters().Where(pair => file.Contains($"final.{pair.name}")))
        {
            comparison.Close($"train.final.{name}", parameter, file.Read($"final.{name}"), Figure(train["tolerance"]!["final_weights"]!), 0);
        }

        Tensor LossOf(int i)
        {
            var inputs = new RunInputs(name => file.Contains($"batch.{name}") ? file.Read($"batch.{name}")[i] : null);
            return Forwards.Run(model, inputs)["loss"];
        }
    }

    // 0.0001, or "atol 2e-5 (…)"
    private static double Figure(JsonNode node) =>
        double.Parse(node.ToString().Split(' ').First(word => char.IsAsciiDigit(word[0])), CultureInfo.InvariantCulture);
}
