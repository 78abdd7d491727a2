using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Platform.LocalCluster.ApiServer;

/// <summary>What /version says: the version of the Kubernetes API that is followed.</summary>
internal static class ServerVersion
{
    public const string Text = "v1.36.0";

    public static JsonObject Json() => new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["gitVersion"] = Text + "+local",
        ["gitCommit"] = "local",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-01-01T00:00:00Z",
        ["goVersion"] = ".NET " + Environment.Version,
        ["compiler"] = "roslyn",
        ["platform"] = $"{(OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "windows" : "linux")}/{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant().Replace("x64", "amd64", StringComparison.Ordinal)}",
    };
}
