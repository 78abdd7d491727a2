using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Ia3;

/// <summary>What an (IA)³ adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record Ia3Options : LayerAdapterOptions
{
    public override string PeftType => "IA3";

    /// <summary>Those of the targets whose inputs are scaled instead of their outputs [feedforward_modules].</summary>
    public ModulePattern? FeedforwardModules { get; init; }

    /// <summary>Whether new scales are one, so that nothing changes; they are normal otherwise, for tests [init_ia3_weights].</summary>
    public bool OnesAtFirst { get; init; } = true;

    private protected override bool ChoosesBlocks => false;

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (TargetModules.Expression is null && FeedforwardModules is { Expression: null } inputs && inputs.Names.Except(TargetModules.Names).ToList() is [_, ..] extra)
            problems.Add($"feedforward_modules names {string.Join(", ", extra)}, which target_modules {TargetModules} lacks; it must be a part of target_modules.");
        return problems;
    }

    internal static Ia3Options Read(AdapterFields fields) => Read(fields, new Ia3Options
    {
        FeedforwardModules = fields.Modules("feedforward_modules"),
        OnesAtFirst = fields.Flag("init_ia3_weights", otherwise: true),
    });

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["fan_in_fan_out"] = FanInFanOut;
        keys["feedforward_modules"] = FeedforwardModules is null ? new JsonArray() : PythonValues.Modules(FeedforwardModules);
        keys["init_ia3_weights"] = OnesAtFirst;
    }

    internal override IAdapter Attach(PretrainedModel model, Generator? generator)
    {
        var resolved = LayerTargets.Resolve(model, this);
        resolved = resolved with { FeedforwardModules = FeedforwardModules ?? resolved.DefaultInputs(model) };
        return LayerAdapter.OnLinears(model, resolved, (path, layer) =>
        {
            var update = new Ia3Update(layer, resolved.ScalesInput(path));
            if (generator is not null && !OnesAtFirst) ParameterDraws.Normal(update.Scale, 0, 1, generator);
            return update;
        });
    }

    /// <summary>Those of the targets whose inputs the family scales by default; null: the targets were chosen for another family.</summary>
    private ModulePattern? DefaultInputs(PretrainedModel model) => !FamilyTargets.AreKnown(model) ? null
        : TargetModules.Expression is not null ? ModulePattern.List(FamilyTargets.Of(model).ScaledInputs)
        : ModulePattern.List(FamilyTargets.Of(model).ScaledInputs.Intersect(TargetModules.Names));

    // PEFT takes the names of this list for ends of paths, also inside of a name.
    private bool ScalesInput(string path) => FeedforwardModules switch
    {
        null => false,
        { Expression: null } list => list.Names.Any(name => path.EndsWith(name, StringComparison.Ordinal)),
        var expression => expression.Match(path) != ModuleMatch.None,
    };
}
