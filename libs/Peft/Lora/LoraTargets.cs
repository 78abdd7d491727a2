using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Modeling;
using Platform.Modeling.Layers;

namespace Platform.Peft.Lora;

/// <summary>Decides which layers a LoRA adapts and with which rank and alpha, by the rules of PEFT.</summary>
internal static class LoraTargets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1); // an expression from a file must not hang the process

    /// <summary>The targeted layers in the order of the model.</summary>
    /// <exception cref="ArgumentException">No layer is targeted; the message names the layers there are.</exception>
    public static IReadOnlyList<(string Path, Linear Layer)> Of(CausalLanguageModel model, LoraOptions options)
    {
        List<(string, Linear)> targets = [];
        SortedSet<string> names = new(StringComparer.Ordinal);
        foreach (var (path, module) in model.named_modules())
        {
            var targeted = IsTarget(options, path);
            if (module is Linear layer)
            {
                names.Add(path[(path.LastIndexOf('.') + 1)..]);
                if (targeted) targets.Add((path, layer));
            }
            else if (targeted)
            {
                throw new NotSupportedException($"target_modules {options.TargetModules} names {path}, a {module.GetName()}; LoRA is supported on linear layers.");
            }
        }

        return targets.Count > 0
            ? targets
            : throw new ArgumentException($"target_modules {options.TargetModules} matches no linear layer of the model; it has: {string.Join(", ", names)}.");
    }

    /// <summary>Replaces "all-linear" by the paths of all linear layers but the output head.</summary>
    public static LoraOptions Resolve(CausalLanguageModel model, LoraOptions options) => options.TargetModules.IsAllLinear
        ? options with { TargetModules = ModulePattern.List(model.named_modules().Where(module => module is { module: Linear, name: not "lm_head" }).Select(module => module.name)) }
        : options;

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
