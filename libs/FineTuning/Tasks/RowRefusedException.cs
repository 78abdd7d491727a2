namespace Platform.FineTuning.Tasks;

/// <summary>A row is well formed, and a task can nevertheless not learn from it or be measured on it.</summary>
public sealed class RowRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);
