using System.Text.Json;
using Platform.FineTuning.Reports.TensorBoard;

namespace Platform.FineTuning.Reports;

/// <summary>
/// A run's metrics on this machine: <c>metrics.jsonl</c>, a line per step and per measurement, and the same as an event file of
/// TensorBoard. Lines wait in memory until they are flushed.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    public const string LinesName = "metrics.jsonl";

    /// <summary>TensorBoard looks for files with "tfevents" in their name and sorts by it.</summary>
    public const string EventsName = "events.out.tfevents.0000000000.run";

    private readonly StreamWriter _lines;
    private readonly EventFile _events;

    private MetricsLog(string folder)
    {
        Directory.CreateDirectory(folder);
        _lines = new(Path.Combine(folder, LinesName), append: false);
        _events = new(Path.Combine(folder, EventsName));
    }

    /// <summary>Begins the files in a folder with what an earlier process wrote of the steps up to the one that the run resumes from.</summary>
    /// <param name="before">lines of the earlier process; a last one that was cut off is left out</param>
    public static MetricsLog Open(string folder, IEnumerable<string> before, long resumedFrom)
    {
        var log = new MetricsLog(folder);
        foreach (var record in before.Select(Parsed).OfType<MetricRecord>().Where(record => record.Step <= resumedFrom)) log.Add(record);
        return log;
    }

    /// <summary>The records of a file.</summary>
    public static List<MetricRecord> Read(string folder)
    {
        using var reader = new StreamReader(new FileStream(Path.Combine(folder, LinesName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parsed).OfType<MetricRecord>()];
    }

    public void Add(MetricRecord record)
    {
        _lines.WriteLine(record.ToLine());
        _events.Add(record);
    }

    /// <summary>Makes the files whole; they can be copied until the next record.</summary>
    public void Flush()
    {
        _lines.Flush();
        _events.Flush();
    }

    public void Dispose()
    {
        _lines.Dispose();
        _events.Dispose();
    }

    private static MetricRecord? Parsed(string line)
    {
        try
        {
            return MetricRecord.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
