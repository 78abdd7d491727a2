using Platform.Parity.Kubernetes;

namespace Platform.Parity;

/// <summary>
/// Scenarios recorded from a real Kubernetes API server, replayed by the recording's own program against the embedded
/// cluster: all of a folder in one run, at the first question.
/// </summary>
public sealed class KubernetesArea : IParityArea
{
    private readonly Dictionary<string, Dictionary<string, ParityVerdict>> _replayed = [];

    public string Name => "kubernetes";

    public IEnumerable<string> Cases(string areaFolder) =>
        from kind in new[] { "http", "kubectl" }
        let folder = Path.Combine(areaFolder, kind)
        where Directory.Exists(folder)
        from file in Directory.EnumerateFiles(folder, "*.json")
        select file;

    public ParityVerdict Check(string casePath)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(casePath))!;
        var name = Path.GetFileNameWithoutExtension(casePath);
        if (KnownGaps.Reasons.TryGetValue(name, out var gap)) return new ParityVerdict.Unsupported(gap);
        if (!_replayed.TryGetValue(folder, out var verdicts))
            _replayed[folder] = verdicts = Replay.RunAsync(folder, Cases(folder).Select(path => Path.GetFileNameWithoutExtension(path)!).Except(KnownGaps.Reasons.Keys)).GetAwaiter().GetResult();
        return verdicts.GetValueOrDefault(name) ?? new ParityVerdict.Failed("the replay does not report this scenario");
    }
}
