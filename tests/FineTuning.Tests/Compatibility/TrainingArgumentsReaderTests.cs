using System.Text.RegularExpressions;
using Platform.FineTuning.Compatibility;
using Platform.FineTuning.Memory;
using Platform.Testing;

namespace Platform.FineTuning.Tests.Compatibility;

public sealed partial class TrainingArgumentsReaderTests
{
    [Fact]
    public void ThePageExplainsEveryFieldThatIsKnownAndNoOther()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "training-arguments.md"));

        Assert.Equal(TrainingArgumentsReader.KnownFields, Rows().Matches(page).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NothingAtAllIsTheTrainersDefaults()
    {
        var read = TrainingArgumentsReader.Read("{}");

        Assert.Equal((3, 5e-5, "linear", 8, 42, 500, "adamw", "fp32"), (read.Options.Epochs, read.Options.LearningRate, read.Options.Schedule.Name, read.Options.BatchSize, read.Options.Seed, read.Options.CheckpointEverySteps, read.Options.Optimizer.Name, read.Precision));
        Assert.Empty(read.Ignored);
    }

    [Fact]
    public void EveryFieldWithAnEqualIsTaken()
    {
        var read = TrainingArgumentsReader.Read("""
            {"max_steps": 200, "num_train_epochs": 3, "per_device_train_batch_size": 4, "gradient_accumulation_steps": 2, "learning_rate": "1e-4",
             "lr_scheduler_type": "warmup_stable_decay", "lr_scheduler_kwargs": "{\"num_decay_steps\": 50, \"min_lr_ratio\": 0.1}", "warmup_steps": 0.05,
             "optim": "paged_adamw_8bit", "adam_beta2": 0.95, "weight_decay": 0.01, "max_grad_norm": 0.5, "label_smoothing_factor": 0.1, "fp16": true,
             "gradient_checkpointing": true, "neftune_noise_alpha": 5, "eval_strategy": "steps", "eval_steps": 20, "save_steps": 20, "save_total_limit": 2,
             "load_best_model_at_end": true, "metric_for_best_model": "eval_loss", "greater_is_better": false, "seed": 7, "train_sampling_strategy": "sequential"}
            """);

        var options = read.Options;
        Assert.Equal((200, null, 4, 2, 1e-4), (options.MaxSteps, options.Epochs, options.BatchSize, options.GradientAccumulation, options.LearningRate));
        Assert.Equal(new() { Name = "warmup-stable-decay", WarmupRatio = 0.05, MinLearningRateRatio = 0.1, DecayRatio = 0.25 }, options.Schedule);
        Assert.Equal(new() { Name = "adamw-8bit", Beta1 = 0.9, Beta2 = 0.95, Epsilon = 1e-8 }, options.Optimizer);
        Assert.Equal((0.01, 0.5, 0.1, 5, true, false, 7, 20), (options.WeightDecay, options.MaxGradNorm, options.LabelSmoothing, options.NeftuneAlpha, options.ScaleLoss, options.Shuffle, options.Seed, options.CheckpointEverySteps));
        Assert.Equal(new() { EverySteps = 20, LoadBestAtEnd = true }, options.Validation);
        Assert.Equal((Checkpointing.Blocks, "fp16", 2), (options.Checkpointing, read.Precision, read.KeptCheckpoints));
    }

    [Fact]
    public void WhatHasNoEffectIsToldUnlessItIsTheDefault()
    {
        var read = TrainingArgumentsReader.Read("""{"push_to_hub": true, "fsdp": null, "logging_steps": 500, "report_to": "wandb", "typo": 1}""");

        Assert.Equal(3, read.Ignored.Count);
        Assert.Contains(read.Ignored, told => told.StartsWith("push_to_hub is true and has no effect: Models go to the registry", StringComparison.Ordinal));
        Assert.Contains(read.Ignored, told => told.StartsWith("report_to is \"wandb\"", StringComparison.Ordinal));
        Assert.Contains("typo is no field of TrainingArguments and has no effect.", read.Ignored);
    }

    [Fact]
    public void WhatWouldTrainDifferentlyIsRefusedAllAtOnce()
    {
        var refusal = Assert.Throws<ArgumentException>(() => TrainingArgumentsReader.Read(
            """{"optim": "adalomo", "lr_scheduler_type": "reduce_lr_on_plateau", "eval_strategy": "epoch", "bf16": true, "fp16": true, "eval_steps": 0.1, "lr_scheduler_kwargs": {"phase": 1}}"""));

        Assert.All(["optim is 'adalomo'", "'reduce_lr_on_plateau'", "eval_strategy is 'epoch'", "bf16 and fp16", "eval_steps is 0.1", "'phase'"], part => Assert.Contains(part, refusal.Message));
    }

    [GeneratedRegex(@"^\| `([a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
