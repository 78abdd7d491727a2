using Platform.Data.Formats;
using Platform.FineTuning.Memory;

namespace Platform.FineTuning.Tasks;

/// <summary>What a dataset's format asks a model to learn.</summary>
/// <param name="Name">for people</param>
/// <param name="Formats">the row formats that mean it</param>
/// <param name="Load">makes the model; see <see cref="TaskModel"/></param>
public sealed record FineTuningTask(string Name, IReadOnlyList<string> Formats, Func<TaskSource, TaskModel> Load)
{
    public static readonly FineTuningTask Causal = new("causal language modelling", ["prompt-completion", "chat", "alpaca", "sharegpt", "text"], CausalTask.Load);

    public static readonly FineTuningTask Classification = new("sequence classification", ["classification"], ClassificationTask.LoadSingle);

    public static readonly FineTuningTask MultiLabelClassification = new("multi-label classification", ["multi-label-classification"], ClassificationTask.LoadMulti);

    public static readonly FineTuningTask QuestionAnswering = new("question answering", ["squad"], QuestionAnsweringTask.Load);

    public static readonly FineTuningTask SpeechRecognition = new("speech recognition", ["audio"], SpeechRecognitionTask.Load);

    public static readonly IReadOnlyList<FineTuningTask> All = [Causal, Classification, MultiLabelClassification, QuestionAnswering, SpeechRecognition];

    /// <summary>Every format that some task learns from, in alphabetical order.</summary>
    public static IReadOnlyList<string> KnownFormats { get; } = [.. RowFormats.Names.Where(name => Find(name) is not null)];

    /// <summary>What of the options this task's objective cannot do.</summary>
    public IEnumerable<string> Problems(TrainingOptions options)
    {
        if (this != Causal && options.Checkpointing != Checkpointing.None)
            yield return $"gradientCheckpointing is {options.Checkpointing}; {Name} keeps everything, set none.";
        if (this != Causal && options.OptimizerInBackward) yield return $"optimizerInBackward is true; {Name} moves its parameters after the step, set false.";
        if (this != Causal && options.LabelSmoothing > 0) yield return $"labelSmoothing is {options.LabelSmoothing}; {Name} has none, set 0.";
        if (this != Causal && options.NeftuneAlpha > 0) yield return $"neftuneAlpha is {options.NeftuneAlpha}; {Name} adds no noise, set 0.";
    }

    /// <exception cref="ArgumentException">No task learns from rows of this format.</exception>
    public static FineTuningTask Of(string format) => Find(format) ?? throw new ArgumentException($"format is '{format}'; expected one of {string.Join(", ", KnownFormats)}.", nameof(format));

    /// <summary>Null: no task learns from rows of this format.</summary>
    public static FineTuningTask? Find(string format) => !RowFormats.TryGet(format, out _) ? null : All.FirstOrDefault(task => task.Formats.Contains(format));
}
