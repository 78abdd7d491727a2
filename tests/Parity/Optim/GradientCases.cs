using Platform.FineTuning;
using Platform.FineTuning.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Parity.Optim;

/// <summary>What happens to gradients between backward and the step: clipping, accumulation, loss scaling; and averages of weights.</summary>
internal static class GradientCases
{
    public static void Clipping(OptimCase golden, Differences differences)
    {
        var tolerance = golden.Tolerance("all");
        foreach (var (name, arguments) in golden.Configs)
        {
            var order = arguments.GetProperty("norm_type") is { ValueKind: System.Text.Json.JsonValueKind.String } ? double.PositiveInfinity : arguments.Number("norm_type", 2);
            var tensors = WithGradients(golden);
            differences.Compare($"{name}.total_norm", GradientClipping.ByNorm(tensors, arguments.Number("max_norm", 1), order), golden[$"{name}.total_norm"].item<float>(), tolerance);
            CompareGradients(golden, name, tensors, differences, tolerance);
        }

        foreach (var name in golden.Names.Where(name => name.StartsWith("value-", StringComparison.Ordinal)).Select(name => name.Split(".clipped")[0]).Distinct())
        {
            var tensors = WithGradients(golden);
            GradientClipping.ByValue(tensors, double.Parse(name["value-".Length..], System.Globalization.CultureInfo.InvariantCulture));
            CompareGradients(golden, name, tensors, differences, tolerance);
        }
    }

    /// <summary>One step of the loop itself, with plain descent at rate 1, so that a parameter moves by its gradient.</summary>
    public static void Accumulation(OptimCase golden, Differences differences)
    {
        TrainableParameter[] parameters = [new("embed", golden["embed"].clone().requires_grad_()), new("head", golden["head"].clone().requires_grad_())];
        var (microBatches, rows) = (golden["input_ids"].shape[0], golden["input_ids"].shape[1]);
        var options = new TrainingOptions { MaxSteps = 1, BatchSize = (int)rows, GradientAccumulation = (int)microBatches, LearningRate = 1, Schedule = "constant", MaxGradNorm = 0 };
        using var run = new TrainingRun(options, new TwoMatrices(golden, parameters), new TrainedParameters(parameters), new StochasticGradientDescent([new(parameters)]), TimeProvider.System);
        var loss = run.Run(CancellationToken.None).FinalLoss;
        var tolerance = golden.Tolerance("all");
        differences.Compare("tokens.loss", loss, golden["tokens.loss"].item<float>(), tolerance);
        foreach (var (name, tensor) in parameters)
        {
            using var moved = golden[name].sub(tensor);
            differences.Compare($"tokens.grad.{name}", moved, golden[$"tokens.grad.{name}"], tolerance);
        }
    }

    public static void Averages(OptimCase golden, Differences differences)
    {
        foreach (var (path, warmup) in new[] { ("torch.path", false), ("warmup.path", true) })
        {
            var weight = zeros_like(golden["weights"][0]);
            using var average = new WeightAverage([new("w", weight)], golden.Json.GetProperty("decay").GetDouble(), warmup);
            for (var step = 0; step < golden["weights"].shape[0]; step++)
            {
                weight.copy_(golden["weights"][step]);
                average.Update();
                differences.Compare($"{path} {step}", average.Averages["w"], golden[path][step], golden.Tolerance("all"));
            }
        }
    }

    public static void Scaling(OptimCase golden, Differences differences)
    {
        var arguments = golden.Json.GetProperty("arguments");
        var scale = new LossScale(arguments.Number("init_scale", 0), arguments.Number("growth_factor", 0), arguments.Number("backoff_factor", 0), (int)arguments.Number("growth_interval", 0));
        var parameters = golden.Parameters();
        using var optimizer = new StochasticGradientDescent([new(parameters)]);
        for (var step = 0; step < golden["pattern"].shape[0]; step++)
        {
            differences.Compare($"scale before {step}", scale.Scale, golden["scale_before"][step].item<float>(), 0);
            foreach (var (name, tensor) in parameters) tensor.grad = golden[$"grads.{name}"][step].mul(scale.Scale);
            var broken = golden["pattern"][step].item<long>();
            if (broken != 0) parameters.Single(p => p.Name == "w").Tensor.grad!.view(-1)[0].fill_(broken == 1 ? double.PositiveInfinity : double.NaN);
            var isFinite = scale.Unscale(parameters.Select(p => p.Tensor));
            if (isFinite) optimizer.Step(0.1);
            scale.Update(isFinite);
            differences.Compare($"skipped {step}", isFinite ? 0 : 1, golden["skipped"][step].item<long>(), 0);
            differences.Compare($"scale after {step}", scale.Scale, golden["scale_after"][step].item<float>(), 0);
            differences.Compare($"good steps {step}", scale.GoodSteps, golden["growth_tracker"][step].item<long>(), 0);
            differences.Compare($"w {step}", parameters.Single(p => p.Name == "w").Tensor, golden["path.w"][step], golden.Tolerance("path"));
        }
    }

    private static List<Tensor> WithGradients(OptimCase golden)
    {
        List<Tensor> tensors = [];
        while (golden.Has($"grad.{tensors.Count}"))
        {
            var gradient = golden[$"grad.{tensors.Count}"].clone();
            var tensor = zeros_like(gradient, requires_grad: true);
            tensor.grad = gradient;
            tensors.Add(tensor);
        }

        return tensors;
    }

    private static void CompareGradients(OptimCase golden, string name, List<Tensor> tensors, Differences differences, double tolerance)
    {
        for (var i = 0; i < tensors.Count; i++) differences.Compare($"{name}.clipped.{i}", tensors[i].grad!, golden[$"{name}.clipped.{i}"], tolerance);
    }

    /// <summary>logits = embed[ids] headᵀ; a label belongs to the token before it.</summary>
    private sealed class TwoMatrices(OptimCase golden, TrainableParameter[] parameters) : IObjective
    {
        private readonly Tensor _ids = golden["input_ids"].flatten(0, 1);
        private readonly Tensor _labels = golden["labels"].flatten(0, 1);

        public int RowCount => (int)_ids.shape[0];

        public long Count(IReadOnlyList<int> rows) => Labels(rows).ne(-100).sum().item<long>();

        public LossSum Learn(IReadOnlyList<int> rows, double weight) => LossSum.Backward(Loss(rows), weight, Count(rows), Count(rows));

        public LossSum Measure(IReadOnlyList<int> rows)
        {
            using var noGradients = no_grad();
            return new(Loss(rows), Count(rows), Count(rows));
        }

        private static Tensor Numbers(IEnumerable<int> rows) => tensor(rows.Select(row => (long)row).ToArray());

        private Tensor Labels(IEnumerable<int> rows) => _labels.index_select(0, Numbers(rows))[.., 1..].reshape(-1);

        private Tensor Loss(IReadOnlyList<int> rows)
        {
            using var scope = NewDisposeScope();
            var ids = _ids.index_select(0, Numbers(rows))[.., ..^1];
            var logits = parameters[0].Tensor.index_select(0, ids.reshape(-1)).matmul(parameters[1].Tensor.t());
            return nn.functional.cross_entropy(logits, Labels(rows), ignore_index: -100, reduction: nn.Reduction.Sum).MoveToOuterDisposeScope();
        }
    }
}
