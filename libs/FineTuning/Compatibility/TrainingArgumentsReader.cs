using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.FineTuning.Memory;
using Platform.FineTuning.Optimizers;

namespace Platform.FineTuning.Compatibility;

/// <summary>
/// Reads arguments in the form of transformers' <c>TrainingArguments.to_json_string()</c>. Absent fields have the Trainer's defaults. Fields without effect
/// are told; what would train differently is refused.
/// </summary>
public static class TrainingArgumentsReader
{
    private static readonly string[] Mapped =
    [
        "per_device_train_batch_size", "num_train_epochs", "max_steps", "learning_rate", "lr_scheduler_type", "lr_scheduler_kwargs", "warmup_steps", "warmup_ratio", "optim",
        "weight_decay", "adam_beta1", "adam_beta2", "adam_epsilon", "gradient_accumulation_steps", "max_grad_norm", "label_smoothing_factor", "bf16", "fp16",
        "gradient_checkpointing", "neftune_noise_alpha", "eval_strategy", "eval_steps", "save_strategy", "save_steps", "save_total_limit", "load_best_model_at_end",
        "metric_for_best_model", "greater_is_better", "seed", "train_sampling_strategy",
    ];

    /// <summary>Every field that is known, with or without effect.</summary>
    public static IReadOnlyList<string> KnownFields { get; } = [.. Mapped.Concat(IgnoredArguments.Names).Order(StringComparer.Ordinal)];

    /// <exception cref="ArgumentException">The text is no JSON object, or asks for what cannot be done; the message lists everything.</exception>
    public static TrainingArguments Read(string json)
    {
        var fields = new ArgumentFields(Parse(json));
        var options = Options(fields);
        var problems = fields.Problems.Concat(fields.Problems.Count == 0 ? options.Problems() : []).ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(json));
        return new(options, fields.Flag("bf16") ? "bf16" : fields.Flag("fp16") ? "fp16" : "fp32", (int?)fields.Number("save_total_limit"), Ignored(fields));
    }

    private static TrainingOptions Options(ArgumentFields fields)
    {
        var steps = (long)(fields.Number("max_steps") ?? -1);
        fields.Refuse(fields.Flag("bf16") && fields.Flag("fp16"), "bf16 and fp16 exclude each other: set one.");
        return new()
        {
            MaxSteps = steps > 0 ? steps : null,
            Epochs = steps > 0 ? null : fields.Number("num_train_epochs") ?? 3,
            BatchSize = (int)(fields.Number("per_device_train_batch_size") ?? 8),
            GradientAccumulation = (int)(fields.Number("gradient_accumulation_steps") ?? 1),
            LearningRate = fields.Number("learning_rate") ?? 5e-5,
            Schedule = ScheduleArguments.Read(fields, steps),
            Optimizer = Optimizer(fields),
            WeightDecay = fields.Number("weight_decay") ?? 0,
            MaxGradNorm = fields.Number("max_grad_norm") ?? 1,
            LabelSmoothing = fields.Number("label_smoothing_factor") ?? 0,
            NeftuneAlpha = fields.Number("neftune_noise_alpha") ?? 0,
            ScaleLoss = fields.Flag("fp16"),
            Checkpointing = fields.Flag("gradient_checkpointing") ? Checkpointing.Blocks : Checkpointing.None,
            Shuffle = fields.OneOf("train_sampling_strategy", "random", "random", "sequential") == "random",
            Seed = (long)(fields.Number("seed") ?? 42),
            CheckpointEverySteps = fields.OneOf("save_strategy", "steps", "steps", "no", "best") == "steps" ? fields.Steps("save_steps") ?? 500 : 0,
            Validation = Validation(fields),
            DivergenceFactor = 0,
        };
    }

    private static ValidationOptions Validation(ArgumentFields fields)
    {
        fields.OneOf("metric_for_best_model", "loss", "loss", "eval_loss");
        fields.Refuse(fields.Flag("greater_is_better"), "greater_is_better is true; the metric is the loss, which is better when it is lower.");
        var measures = fields.OneOf("eval_strategy", "no", "no", "steps") == "steps";
        var every = fields.Steps("eval_steps");
        fields.Refuse(measures && every is null, "eval_strategy is steps without eval_steps; say after how many steps to measure.");
        return new() { EverySteps = measures ? every ?? 0 : 0, LoadBestAtEnd = fields.Flag("load_best_model_at_end") };
    }

    private static OptimizerOptions Optimizer(ArgumentFields fields)
    {
        var name = fields.OneOf(
            "optim", "adamw_torch_fused",
            "adamw_torch", "adamw_torch_fused", "adamw_bnb_8bit", "adamw_8bit", "paged_adamw_8bit", "adafactor", "sgd", "adagrad", "rmsprop", "lion", "lion_32bit", "galore_adamw") switch
        {
            "adamw_bnb_8bit" or "adamw_8bit" or "paged_adamw_8bit" => "adamw-8bit",
            "lion" or "lion_32bit" => "lion",
            "galore_adamw" => "galore-adamw",
            "adamw_torch" or "adamw_torch_fused" => "adamw",
            var same => same,
        };
        // Like the Trainer: the Adam family and Lion get Adam's figures, the others keep their own.
        var takes = OptimizerCatalog.FiguresOf(name);
        var isOfAdam = takes.Contains("beta2");
        return new()
        {
            Name = name,
            Beta1 = isOfAdam ? fields.Number("adam_beta1") ?? 0.9 : null,
            Beta2 = isOfAdam ? fields.Number("adam_beta2") ?? 0.999 : null,
            Epsilon = isOfAdam && takes.Contains("epsilon") ? fields.Number("adam_epsilon") ?? 1e-8 : null,
        };
    }

    private static List<string> Ignored(ArgumentFields fields) =>
    [
        .. fields.All.Where(field => IgnoredArguments.Names.Contains(field.Key)).Select(field => IgnoredArguments.ReasonFor(field.Key, field.Value)).OfType<string>(),
        .. fields.All.Where(field => !KnownFields.Contains(field.Key)).Select(field => $"{field.Key} is no field of TrainingArguments and has no effect."),
    ];

    private static JsonObject Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new ArgumentException("The arguments must be a JSON object.", nameof(json));
        }
        catch (JsonException broken)
        {
            throw new ArgumentException($"The arguments are no JSON: {broken.Message}", nameof(json), broken);
        }
    }
}
