namespace Platform.Parity.Kubernetes;

/// <summary>What the embedded cluster is known not to do, and why; docs/localcluster.md tells users the same.</summary>
internal static class KnownGaps
{
    public static readonly IReadOnlyDictionary<string, string> Reasons = Read();

    private static Dictionary<string, string> Read()
    {
        using var stream = typeof(KnownGaps).Assembly.GetManifestResourceStream("NotPassing.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n')
            .Select(line => line.Split(": ", 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1].Trim());
    }
}
