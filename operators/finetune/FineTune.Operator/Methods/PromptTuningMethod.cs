using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1.Methods;

namespace Platform.FineTune.Operator.Methods;

/// <summary>Prompt tuning. The tokens of a text are the worker's to find.</summary>
internal sealed class PromptTuningMethod() : FineTuningMethod<PromptTuningSpec>("prompt-tuning", "promptTuning", method => method.PromptTuning)
{
    private static readonly Dictionary<string, string> Inits = new() { ["random"] = "RANDOM", ["text"] = "TEXT", ["vocabulary"] = "SAMPLE_VOCAB" };

    public override bool IsMergeable => false;

    protected override void Check(PromptTuningSpec spec, MethodFields fields)
    {
        fields.Range("virtualTokens", spec.VirtualTokens, 1, 4096);
        fields.OneOf("init", spec.Init, Inits.Keys);
        fields.Refuse(spec.Init == "text" != spec.InitText is { Length: > 0 }, "initText", $"is {(spec.InitText is null ? "missing" : $"'{spec.InitText}'")} and init '{spec.Init}'; a text is set exactly when init is text.");
    }

    protected override JsonObject Configuration(PromptTuningSpec spec)
    {
        var keys = AdapterKeys.Prompt("PROMPT_TUNING", spec);
        keys["prompt_tuning_init"] = Inits[spec.Init];
        if (spec.InitText is { } text) keys["prompt_tuning_init_text"] = text;
        return keys;
    }
}
