namespace Platform.Data.Formats;

/// <summary>A row whose answer is out of a set of labels that the whole dataset shares.</summary>
public interface ILabelledRow : IRow
{
    /// <summary>The row's labels by name.</summary>
    IReadOnlyList<string> Labels { get; }
}
