namespace Platform.FineTuning.Tasks;

/// <summary>What a dataset's format asks a model to learn.</summary>
/// <param name="Name">for people</param>
/// <param name="Formats">the row formats that mean it</param>
/// <param name="Load">makes the model; see <see cref="TaskModel"/></param>
public sealed record FineTuningTask(string Name, IReadOnlyList<string> Formats, Func<TaskSource, TaskModel> Load)
{
    public static readonly FineTuningTask Causal = new("causal language modelling", ["prompt-completion", "chat", "alpaca", "sharegpt", "text"], CausalTask.Load);

    public static readonly IReadOnlyList<FineTuningTask> All = [Causal];

    /// <exception cref="ArgumentException">No task learns from rows of this format.</exception>
    public static FineTuningTask Of(string format) => All.FirstOrDefault(task => task.Formats.Contains(format))
        ?? throw new ArgumentException($"format is '{format}'; expected one of {string.Join(", ", All.SelectMany(task => task.Formats).Order(StringComparer.Ordinal))}.", nameof(format));
}
