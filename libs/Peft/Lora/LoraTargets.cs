using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Peft.Lora;

/// <summary>Decides which layers a LoRA adapts and with which rank and alpha, by the rules of PEFT.</summary>
internal static class LoraTargets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1); // an expression from a file must not hang the process

    public static bool IsTarget(LoraOptions options, string path)
    {
        if (options.ExcludeModules is { } excluded && excluded.Match(path) != ModuleMatch.None) return false;
        return options.TargetModules.Match(path) switch
        {
            ModuleMatch.Whole => true,
            ModuleMatch.Suffix => options.LayersToTransform is not { Count: > 0 } layers || LayerIndex(options, path) is { } index && layers.Contains(index),
            _ => false,
        };
    }

    public static int Rank(LoraOptions options, string path) => First(options.RankPattern, path) ?? options.Rank;

    public static double Alpha(LoraOptions options, string path) => First(options.AlphaPattern, path) ?? options.Alpha;

    public static double Scaling(LoraOptions options, string path)
    {
        var rank = Rank(options, path);
        return Alpha(options, path) / (options.RankStabilized ? Math.Sqrt(rank) : rank);
    }

    private static T? First<T>(IEnumerable<KeyValuePair<string, T>> patterns, string path)
        where T : struct
    {
        foreach (var (pattern, value) in patterns)
            if (Regex.IsMatch(path, $@"\A(.*\.)?({pattern})\z", RegexOptions.CultureInvariant, Patience)) return value;
        return null;
    }

    private static int? LayerIndex(LoraOptions options, string path)
    {
        foreach (var pattern in options.LayersPattern.DefaultIfEmpty(@"[^.]*"))
        {
            var match = Regex.Match(path, $@"\A.*\.{pattern}\.(\d+)\.", RegexOptions.CultureInvariant, Patience);
            if (match.Success) return int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        return null;
    }
}
