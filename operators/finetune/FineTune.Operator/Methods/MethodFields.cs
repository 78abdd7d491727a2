using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>Checks the fields of a method's block, naming each as the user wrote it.</summary>
internal sealed class MethodFields(string block, List<string> problems)
{
    /// <summary>The word that stands for every linear layer but the head.</summary>
    public const string AllLinear = "all-linear";

    public void Range(string name, long value, long min, long max) => SpecValidation.Range(problems, $"{block}.{name}", value, min, max);

    public void OneOf(string name, string value, IReadOnlyCollection<string> known) => SpecValidation.OneOf(problems, $"{block}.{name}", value, known);

    /// <summary>A decimal from 0 to below 1.</summary>
    public void Share(string name, string text) => SpecValidation.Decimal(problems, $"{block}.{name}", text, 0, 1, "0.05", belowMax: true);

    /// <summary>A decimal in a range.</summary>
    public void Decimal(string name, string text, double min, double max, string example, bool aboveMin = false, bool belowMax = false) =>
        SpecValidation.Decimal(problems, $"{block}.{name}", text, min, max, example, aboveMin, belowMax);

    public void Ranges(string name, IEnumerable<KeyValuePair<string, int>>? values, long min, long max)
    {
        foreach (var (pattern, value) in values ?? []) Range($"{name}[{pattern}]", value, min, max);
    }

    /// <summary>Refuses a value for a reason that no range tells.</summary>
    public void Refuse(bool wrong, string name, string problem)
    {
        if (wrong) problems.Add($"{block}.{name} {problem}");
    }

    public void Targets(TargetsSpec targets, bool mayBeNone = false)
    {
        Refuse(targets.TargetModules is { Count: 0 } && !mayBeNone, "targetModules", "is empty; name at least one layer, for example q_proj.");
        var isAll = targets.TargetModules?.Contains(AllLinear) == true;
        Refuse(isAll && targets.TargetModules!.Count > 1, "targetModules", "holds all-linear and layers; all-linear must stand alone.");
        if (targets is not LayerChoiceSpec blocks) return;
        Refuse(isAll && blocks.LayersToTransform is not null, "targetModules", "is all-linear, which goes without layersToTransform; name layers instead.");
        Refuse(blocks.LayersPattern is not null && blocks.LayersToTransform is null, "layersPattern", "needs layersToTransform, for example [0, 1].");
        foreach (var index in blocks.LayersToTransform ?? []) Range("layersToTransform[]", index, 0, 1_000_000);
    }
}
