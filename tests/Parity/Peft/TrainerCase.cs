using System.Text.Json.Nodes;
using Platform.FineTuning;
using Platform.FineTuning.Optimizers;
using Platform.Modeling;
using Platform.Parity.Tensors;
using Platform.Peft;
using static TorchSharp.torch;

namespace Platform.Parity.Peft;

/// <summary>A run of transformers' Trainer, repeated by the training loop: what it logged, what it evaluated, what it trained.</summary>
internal static class TrainerCase
{
    public static ParityVerdict Check(GoldenCase golden)
    {
        var comparison = new Comparison();
        using var scope = NewDisposeScope();
        var arguments = golden.Json["training_arguments"]!.AsObject();
        using var model = PretrainedModel.Load(golden.PathOf(golden.Json["base_model"]!.ToString()), CPU);
        using var adapter = Adapters.Load(model, golden.PathOf(golden.Json["adapter_init"]!.ToString()));
        var rows = new TrainerRows(golden, model, arguments["label_smoothing_factor"]?.GetValue<double>() ?? 0);

        var (steps, every) = (golden.Json["result"]!["global_step"]!.GetValue<long>(), arguments["logging_steps"]!.GetValue<int>());
        List<TrainingProgress> history = [];
        List<double> evaluations = [];
        using var run = new TrainingRun(Options(arguments, steps), rows, new TrainedAdapter(adapter), Optimizer(golden, adapter, arguments), TimeProvider.System)
        {
            Stepped = progress =>
            {
                history.Add(progress);
                if (Evaluates(arguments, progress.Step, steps)) evaluations.Add(rows.EvaluationLoss(arguments["per_device_eval_batch_size"]!.GetValue<int>()));
            },
        };
        run.Run(CancellationToken.None);

        // A log is about the steps since the one before: the mean of their losses, the last one's norm and rate.
        var logs = history.Chunk(every).ToList();
        Series(comparison, golden, "loss", "loss", logs.Select(log => log.Average(step => step.Loss)));
        Series(comparison, golden, "grad_norm", "grad_norm", logs.Select(log => log[^1].GradNorm));
        Series(comparison, golden, "learning_rate", "lr", logs.Select(log => log[^1].LearningRate));
        Series(comparison, golden, "lr_used", "lr", history.Select(step => step.LearningRate));
        Series(comparison, golden, "eval_loss", "loss", evaluations);
        Trained(comparison, golden, adapter);
        return comparison.Verdict;
    }

    private static TrainingOptions Options(JsonObject arguments, long steps)
    {
        var warmup = arguments["warmup_steps"]!.GetValue<double>();
        return new TrainingOptions
        {
            MaxSteps = steps,
            BatchSize = arguments["per_device_train_batch_size"]!.GetValue<int>(),
            GradientAccumulation = arguments["gradient_accumulation_steps"]?.GetValue<int>() ?? 1,
            LearningRate = arguments["learning_rate"]!.GetValue<double>(),
            Schedule = new() { Name = arguments["lr_scheduler_type"]!.ToString(), WarmupRatio = warmup < 1 ? warmup : 0, WarmupSteps = warmup < 1 ? 0 : (long)warmup },
            MaxGradNorm = arguments["max_grad_norm"]!.GetValue<double>(),
            Shuffle = arguments["train_sampling_strategy"]?.ToString() != "sequential",
            Seed = arguments["seed"]!.GetValue<long>(),
        };
    }

    private static AdamW Optimizer(GoldenCase golden, IAdapter adapter, JsonObject arguments)
    {
        var kept = golden.Json["no_weight_decay_on"]!.AsArray().Select(name => name!.ToString()).ToHashSet();
        var options = new AdamOptions
        {
            Beta1 = arguments["adam_beta1"]!.GetValue<double>(),
            Beta2 = arguments["adam_beta2"]!.GetValue<double>(),
            Epsilon = arguments["adam_epsilon"]!.GetValue<double>(),
        };
        return new AdamW(
            [
                new([.. Named(adapter).Where(item => !kept.Contains(item.Name))], arguments["weight_decay"]!.GetValue<double>()),
                new([.. Named(adapter).Where(item => kept.Contains(item.Name))]),
            ],
            options);
    }

    private static TrainableParameter[] Named(IAdapter adapter) => [.. adapter.Parameters.Select(item => new TrainableParameter(item.Name, item.Parameter))];

    private static bool Evaluates(JsonObject arguments, long step, long steps) => arguments["eval_strategy"]!.ToString() switch
    {
        "steps" => step % arguments["eval_steps"]!.GetValue<int>() == 0 || step == steps,
        "epoch" => step % (steps / arguments["num_train_epochs"]!.GetValue<int>()) == 0,
        _ => false,
    };

    private static void Series(Comparison comparison, GoldenCase golden, string name, string tolerance, IEnumerable<double> actual)
    {
        var (absolute, relative) = AdapterCase.Tolerance(golden, tolerance);
        comparison.Close(name, tensor(actual.ToArray()), golden.Read(name), absolute, relative);
    }

    private static void Trained(Comparison comparison, GoldenCase golden, IAdapter adapter)
    {
        using var noGradients = no_grad();
        adapter.Model.eval();
        var (absolute, relative) = AdapterCase.Tolerance(golden, "logits");
        var mask = golden.Read("eval.attention_mask");
        var logits = AdapterCase.Run(golden, adapter.Model, "eval.")["logits"];
        comparison.Close("final_eval.logits", logits, golden.Read("final_eval.logits"), absolute, relative, logits.dim() == 3 ? mask : null);

        var saved = Directory.CreateTempSubdirectory("parity-");
        try
        {
            adapter.Save(saved.FullName);
            AdapterTrajectory.Final(comparison, golden, saved.FullName, golden.PathOf(golden.Json["adapter_final"]!.ToString()));
        }
        finally
        {
            saved.Delete(recursive: true);
        }
    }
}
