using System.Globalization;

namespace Platform.LocalCluster.Kubelet.Logs;

/// <summary>
/// The log files of one container: ATTEMPT.SEQUENCE.log. Rotation opens the next sequence number and deletes the oldest
/// files; a file is never renamed, so a reader that follows cannot lose its place.
/// </summary>
public sealed class LogFolder(string path)
{
    public string Create(int attempt, int sequence)
    {
        UnixFiles.CreateFolder(path);
        return FileOf(attempt, sequence);
    }

    public string FileOf(int attempt, int sequence) => Path.Combine(path, $"{attempt}.{sequence:D6}.log");

    /// <summary>The sequence numbers that exist for an attempt, ascending.</summary>
    public IReadOnlyList<int> Sequences(int attempt) => !Directory.Exists(path)
        ? []
        : [.. Directory.EnumerateFiles(path, $"{attempt}.*.log")
            .Select(file => int.Parse(Path.GetFileName(file).Split('.')[1], CultureInfo.InvariantCulture))
            .Order()];

    /// <summary>Keeps the last <paramref name="files"/> files of the attempt and of the one before; older attempts go.</summary>
    public void Trim(int attempt, int files)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (var group in Directory.EnumerateFiles(path, "*.log").GroupBy(file => int.Parse(Path.GetFileName(file).Split('.')[0], CultureInfo.InvariantCulture)))
        {
            var keep = group.Key >= attempt - 1 ? files : 0;
            foreach (var file in group.OrderDescending(StringComparer.Ordinal).Skip(keep))
            {
                File.Delete(file);
            }
        }
    }
}
