using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Platform.FineTuning.Compatibility;

/// <summary>The fields of transformers' TrainingArguments that have no effect here, with their defaults as JSON and the reason; docs/training-arguments.md lists all.</summary>
internal static class IgnoredArguments
{
    private static readonly FrozenDictionary<string, (string Default, string Reason)> ByName = new Dictionary<string, (string, string)>
    {
        ["optim_args"] = ("null", "Figures of optimizers have fields of their own, such as galoreRank"),
        ["optim_target_modules"] = ("null", "galore-adamw projects every matrix that is trained"),
        ["average_tokens_across_devices"] = ("true", "Always so: losses are summed and divided once by the number of their tokens"),
        ["bf16_full_eval"] = ("false", "Evaluation computes in the precision of training"),
        ["fp16_full_eval"] = ("false", "Evaluation computes in the precision of training"),
        ["tf32"] = ("null", "Decided by the worker's image, not by a job"),
        ["gradient_checkpointing_kwargs"] = ("null", "There is one way of computing blocks again"),
        ["torch_compile"] = ("false", "There is no compiler of graphs in this runtime"),
        ["torch_compile_backend"] = ("null", "There is no compiler of graphs in this runtime"),
        ["torch_compile_mode"] = ("null", "There is no compiler of graphs in this runtime"),
        ["use_liger_kernel"] = ("false", "The chunked cross-entropy, its memory saver, is always on"),
        ["liger_kernel_config"] = ("null", "The chunked cross-entropy is always on"),
        ["use_cache"] = ("false", "Training keeps no key-value cache"),
        ["torch_empty_cache_steps"] = ("null", "Memory is given back tensor by tensor"),
        ["auto_find_batch_size"] = ("false", "A job says its batch size; runs must be repeatable"),
        ["logging_strategy"] = ("\"steps\"", "Every step is in metrics.jsonl and TensorBoard"),
        ["logging_steps"] = ("500", "Every step is in metrics.jsonl and TensorBoard"),
        ["logging_first_step"] = ("false", "Every step is in metrics.jsonl and TensorBoard"),
        ["log_on_each_node"] = ("true", "Training runs on one node"),
        ["logging_nan_inf_filter"] = ("true", "A loss that is no finite number fails the run instead of being hidden"),
        ["include_num_input_tokens_seen"] = ("\"no\"", "Tokens are always counted"),
        ["log_level"] = ("\"passive\"", "Logs are configured for the platform, not per job"),
        ["log_level_replica"] = ("\"warning\"", "Training runs on one node"),
        ["disable_tqdm"] = ("null", "Progress is a status field and a log line"),
        ["report_to"] = ("\"none\"", "metrics.jsonl, TensorBoard files and Prometheus are always written"),
        ["run_name"] = ("null", "metadata.name of the job"),
        ["project"] = ("\"huggingface\"", "The namespace and labels of the job"),
        ["trackio_space_id"] = ("\"trackio\"", "No metrics leave the cluster"),
        ["eval_delay"] = ("0", "The first measurement comes after evalEverySteps"),
        ["per_device_eval_batch_size"] = ("8", "Evaluation uses batchSize; the loss does not depend on it"),
        ["prediction_loss_only"] = ("false", "Only the loss is measured while training; metrics come from spec.evaluate"),
        ["eval_on_start"] = ("false", "spec.evaluate.baseline measures the model before training"),
        ["eval_do_concat_batches"] = ("true", "Only the loss is measured while training"),
        ["eval_use_gather_object"] = ("false", "Training runs on one node"),
        ["eval_accumulation_steps"] = ("null", "Nothing is accumulated but the loss"),
        ["include_for_metrics"] = ("[]", "Metrics come from spec.evaluate"),
        ["batch_eval_metrics"] = ("false", "Metrics come from spec.evaluate"),
        ["save_only_model"] = ("false", "A checkpoint always resumes exactly"),
        ["save_on_each_node"] = ("false", "Checkpoints are in the object store"),
        ["enable_jit_checkpoint"] = ("false", "Always so: SIGTERM finishes the step and saves"),
        ["push_to_hub"] = ("false", "Models go to the registry: spec.register"),
        ["hub_token"] = ("null", "Models go to the registry: spec.register"),
        ["hub_private_repo"] = ("null", "Models go to the registry: spec.register"),
        ["hub_model_id"] = ("null", "Models go to the registry: spec.register"),
        ["hub_strategy"] = ("\"every_save\"", "Models go to the registry: spec.register"),
        ["hub_always_push"] = ("false", "Models go to the registry: spec.register"),
        ["hub_revision"] = ("null", "Models go to the registry: spec.register"),
        ["ignore_data_skip"] = ("false", "A resumed run goes on at the same row"),
        ["restore_callback_states_from_checkpoint"] = ("false", "Early stopping is part of every checkpoint"),
        ["full_determinism"] = ("false", "On a CPU runs repeat themselves bit by bit"),
        ["data_seed"] = ("null", "One seed decides the order of rows, too"),
        ["use_cpu"] = ("false", "spec.resources.gpusPerNode"),
        ["accelerator_config"] = ("null", "There is no Accelerate here"),
        ["parallelism_config"] = ("null", "Training runs on one node"),
        ["dataloader_drop_last"] = ("false", "The last rows of an epoch are learned, too"),
        ["dataloader_num_workers"] = ("0", "Rows are tokens in memory before training begins"),
        ["dataloader_pin_memory"] = ("true", "Rows are tokens in memory before training begins"),
        ["dataloader_persistent_workers"] = ("false", "Rows are tokens in memory before training begins"),
        ["dataloader_prefetch_factor"] = ("null", "Rows are tokens in memory before training begins"),
        ["remove_unused_columns"] = ("true", "A format reads the columns that it needs"),
        ["label_names"] = ("null", "The dataset's format says what is learned"),
        ["length_column_name"] = ("\"length\"", "Rows are not grouped by length"),
        ["ddp_find_unused_parameters"] = ("null", "Training runs on one node"),
        ["ddp_bucket_cap_mb"] = ("null", "Training runs on one node"),
        ["ddp_broadcast_buffers"] = ("null", "Training runs on one node"),
        ["ddp_backend"] = ("null", "Training runs on one node"),
        ["ddp_timeout"] = ("1800", "Training runs on one node"),
        ["fsdp"] = ("null", "Training runs on one node"),
        ["fsdp_config"] = ("null", "Training runs on one node"),
        ["deepspeed"] = ("null", "Training runs on one node"),
        ["local_rank"] = ("-1", "Training runs on one node"),
        ["debug"] = ("\"\"", "A run that is no longer finite fails with the step, its rows and the losses before"),
        ["skip_memory_metrics"] = ("true", "Memory is in every report"),
        ["output_dir"] = ("null", "runs/RUN/train/ in the bucket"),
        ["do_train"] = ("false", "A job trains"),
        ["do_eval"] = ("false", "A job with validation rows measures them"),
        ["do_predict"] = ("false", "spec.evaluate"),
        ["resume_from_checkpoint"] = ("null", "A job resumes from its own newest checkpoint"),
        ["logging_dir"] = ("null", "tensorboard/ in the run's folder in the bucket"),
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>Why a field has no effect; null when it asks for nothing, because it is the default.</summary>
    public static string? ReasonFor(string name, JsonNode? value)
    {
        var (standard, reason) = ByName[name];
        return JsonNode.DeepEquals(value, JsonNode.Parse(standard)) || value is null ? null : $"{name} is {value.ToJsonString()} and has no effect: {reason}.";
    }
}
