using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;

namespace Platform.Peft.Layers;

/// <summary>What the options of all methods that adapt layers have in common: which layers.</summary>
public abstract record LayerAdapterOptions : AdapterOptions
{
    /// <summary>The adapted layers; <see cref="ModulePattern.FamilyDefault"/> where a configuration names none [target_modules].</summary>
    public ModulePattern TargetModules { get; init; } = ModulePattern.Regex(ModulePattern.AllLinear);

    /// <summary>Layers left out even when they are targeted [exclude_modules].</summary>
    public ModulePattern? ExcludeModules { get; init; }

    /// <summary>Indices of the blocks to adapt; null means all [layers_to_transform].</summary>
    public IReadOnlyList<int>? LayersToTransform { get; init; }

    /// <summary>Names of the lists that hold the blocks: <c>layers</c>, <c>h</c> [layers_pattern].</summary>
    public IReadOnlyList<string> LayersPattern { get; init; } = [];

    /// <summary>Modules that are trained and saved whole, such as a new head [modules_to_save].</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>Whether targeted layers lie in files as [in, out], as GPT-2's do [fan_in_fan_out]; the model tells.</summary>
    public bool FanInFanOut { get; init; }

    /// <summary>Whether the method's file knows the blocks to adapt.</summary>
    private protected virtual bool ChoosesBlocks => true;

    /// <summary>Whether the method's file knows layers to leave out.</summary>
    private protected virtual bool Excludes => true;

    /// <summary>Whether something other than layers is adapted, so that these may be none.</summary>
    private protected virtual bool AdaptsElsewhere => false;

    public override string Summary => $"On {TargetModules}.";

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (TargetModules is { Expression: null, Names.Count: 0, IsFamilyDefault: false } && !AdaptsElsewhere) problems.Add("target_modules is empty; name at least one, for example q_proj, or all-linear.");
        if (LayersToTransform is { Count: > 0 } && TargetModules.Expression is not null) problems.Add("layers_to_transform needs target_modules as a list of names, not as an expression.");
        if (LayersPattern.Count > 0 && LayersToTransform is null or { Count: 0 }) problems.Add("layers_pattern needs layers_to_transform.");
        if (!ChoosesBlocks && LayersToTransform is not null) problems.Add($"{PeftType} has no layers_to_transform; write target_modules as an expression that names the layers.");
        if (!Excludes && ExcludeModules is not null) problems.Add($"{PeftType} has no exclude_modules; write target_modules as an expression that leaves them out.");
        return problems;
    }

    /// <summary>Of a classifier the new head is trained too, as PEFT does it.</summary>
    internal override AdapterOptions ForNew(PretrainedModel model) => (LayerAdapterOptions)base.ForNew(model) with { ModulesToSave = [.. ModulesToSave.Union(HeadsOf(TaskType))] };

    private protected override AdapterOptions WithModulesToSave(IReadOnlyList<string> modules) => this with { ModulesToSave = [.. ModulesToSave.Union(modules)] };

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        if (Excludes) keys["exclude_modules"] = PythonValues.OptionalModules(ExcludeModules);
        keys["modules_to_save"] = ModulesToSave.Count == 0 ? null : PythonValues.List(ModulesToSave);
        keys["target_modules"] = PythonValues.Modules(TargetModules);
        if (!ChoosesBlocks) return;
        keys["layers_pattern"] = LayersPattern switch { [] => null, [var one] => one, var more => PythonValues.List(more) };
        keys["layers_to_transform"] = PythonValues.OptionalList(LayersToTransform);
    }

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    internal static T Read<T>(AdapterFields fields, T options)
        where T : LayerAdapterOptions => options with
        {
            TargetModules = fields.Modules("target_modules") ?? ModulePattern.FamilyDefault,
            ExcludeModules = fields.Modules("exclude_modules"),
            LayersToTransform = fields.List<int>("layers_to_transform"),
            LayersPattern = fields.List<string>("layers_pattern") ?? [],
            ModulesToSave = fields.List<string>("modules_to_save") ?? [],
        };
}
