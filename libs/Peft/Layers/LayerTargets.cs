using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Modeling;
using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Layers;

/// <summary>Decides which layers of a model are adapted, by the rules of PEFT.</summary>
internal static class LayerTargets
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1); // an expression from a file must not hang the process

    /// <summary>The targeted layers in the order of the model; a layer that is adapted already counts by its own name.</summary>
    /// <param name="fits">whether the method can adapt such a layer</param>
    /// <param name="elsewhere">modules that the method adapts in another way, so that they may be named</param>
    /// <exception cref="ArgumentException">No layer is targeted; the message names the layers there are.</exception>
    /// <exception cref="NotSupportedException">A target is of a kind that the method cannot adapt.</exception>
    public static IReadOnlyList<(string Path, nn.Module<Tensor, Tensor> Layer)> Of(PretrainedModel model, LayerAdapterOptions options, Predicate<nn.Module> fits, Func<string, nn.Module, bool>? elsewhere = null)
    {
        List<(string, nn.Module<Tensor, Tensor>)> targets = [];
        SortedSet<string> names = new(StringComparer.Ordinal);
        var none = options.TargetModules is { Expression: null, Names.Count: 0 }; // something else is adapted
        foreach (var (path, module) in Candidates(model))
        {
            var targeted = IsTarget(options, path);
            if (Unwrapped(module) is { } layer && fits(layer))
            {
                names.Add(path[(path.LastIndexOf('.') + 1)..]);
                if (targeted) targets.Add((path, layer));
            }
            else if (targeted && elsewhere?.Invoke(path, module) == true)
            {
                none = true;
            }
            else if (targeted)
            {
                throw new NotSupportedException($"target_modules {options.TargetModules} names {path}, a {module.GetName()}; {options.PeftType} is not supported on such a layer.");
            }
        }

        return targets.Count > 0 || none
            ? targets
            : throw new ArgumentException($"target_modules {options.TargetModules} matches no layer of the model; it has: {string.Join(", ", names)}.");
    }

    /// <summary>
    /// Replaces "all-linear" by the paths of all linear layers but the output head, and the family's default by its names; sees how the
    /// targets lie in files.
    /// </summary>
    public static T Resolve<T>(PretrainedModel model, T options)
        where T : LayerAdapterOptions
    {
        options = Named(model, options);
        return options with { FanInFanOut = Candidates(model).Any(item => Unwrapped(item.Module) is TransposedLinear && IsTarget(options, item.Path)) };
    }

    private static T Named<T>(PretrainedModel model, T options)
        where T : LayerAdapterOptions
    {
        if (options.TargetModules.IsFamilyDefault) return options with { TargetModules = FamilyTargets.Of(model).For(options.PeftType) };
        if (!options.TargetModules.IsAllLinear) return options;
        var head = (model as CausalLanguageModel)?.HeadName;
        return options with
        {
            TargetModules = ModulePattern.List(Candidates(model)
                .Where(item => Unwrapped(item.Module) is Linear && item.Path != head && !options.ModulesToSave.Any(name => ModulePattern.List(name).Match(item.Path) != ModuleMatch.None))
                .Select(item => item.Path)),
        };
    }

    public static bool IsTarget(LayerAdapterOptions options, string path)
    {
        if (options.ExcludeModules is { } excluded && excluded.Match(path) != ModuleMatch.None) return false;
        return options.TargetModules.Match(path) switch
        {
            ModuleMatch.Whole => true,
            ModuleMatch.Suffix => options.LayersToTransform is not { Count: > 0 } layers || LayerIndex(options, path) is { } index && layers.Contains(index),
            _ => false,
        };
    }

    /// <summary>The value of the first pattern, a regular expression, that matches the end of a path.</summary>
    public static T? First<T>(IEnumerable<KeyValuePair<string, T>> patterns, string path)
        where T : struct
    {
        foreach (var (pattern, value) in patterns)
            if (Regex.IsMatch(path, $@"\A(.*\.)?({pattern})\z", RegexOptions.CultureInvariant, Patience)) return value;
        return null;
    }

    // What lies inside of an adapted layer is the adapters' business.
    private static IEnumerable<(string Path, nn.Module Module)> Candidates(PretrainedModel model)
    {
        List<string> adapted = [];
        foreach (var (path, module) in ModuleTree.OfType<nn.Module>(model))
        {
            if (adapted.Exists(outer => path.StartsWith(outer, StringComparison.Ordinal))) continue;
            if (module is AdaptedLayer) adapted.Add(path + ".");
            yield return (path, module);
        }
    }

    private static nn.Module<Tensor, Tensor>? Unwrapped(nn.Module module) => module is AdaptedLayer adapted ? adapted.Base : module as nn.Module<Tensor, Tensor>;

    private static int? LayerIndex(LayerAdapterOptions options, string path)
    {
        foreach (var pattern in options.LayersPattern.DefaultIfEmpty(@"[^.]*"))
        {
            var match = Regex.Match(path, $@"\A.*\.{pattern}\.(\d+)\.", RegexOptions.CultureInvariant, Patience);
            if (match.Success) return int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        return null;
    }
}
