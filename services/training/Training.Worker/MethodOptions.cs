using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Platform.FineTuning.Optimizers;
using Platform.Modeling.Tokenization;
using Platform.Peft;
using Platform.Peft.AdaLora;
using Platform.Peft.PromptTuning;
using Platform.Protos.Training.V1;

namespace Platform.Training.Worker;

/// <summary>The adapter that a spec's method asks for: what the operator wrote of it, and what only the run knows.</summary>
internal static class MethodOptions
{
    /// <summary>The method that trains every weight and has no adapter.</summary>
    public const string Full = "full";

    /// <returns>null for full fine-tuning, and where something is wrong</returns>
    public static AdapterOptions? Read(TrainingSpec spec, List<string> problems)
    {
        if (spec.Method is { Type: Full }) return null;
        if (spec.Method is not { Type.Length: > 0, AdapterConfig: { } written })
        {
            problems.Add($"method.type is '{spec.Method?.Type}' without method.adapter_config; expected {Full}, or a method with the content of its adapter_config.json.");
            return null;
        }

        try
        {
            var configuration = JsonNode.Parse(JsonFormatter.Default.Format(written))!.AsObject();
            return AdapterFiles.ReadOptions(configuration) with { BaseModel = spec.Model?.Uri };
        }
        catch (Exception e) when (e is AdapterFormatException or NotSupportedException)
        {
            problems.Add(Refusal(spec.Method, e));
            return null;
        }
    }

    /// <summary>A problem with keys of adapter_config.json, and the job's block that they came from: the operator names a method's block as its type, in camel case.</summary>
    public static string Refusal(Method method, Exception problem) =>
        $"spec.method.{Regex.Replace(method.Type, "-(.)", word => word.Groups[1].Value.ToUpperInvariant())}: {problem.Message}";

    /// <summary>LoRA+ is the optimizer's: up-projections learn faster.</summary>
    public static OptimizerOptions Optimizer(TrainingSpec spec, OptimizerOptions asked) =>
        spec.Method is { LoraPlusRatio: > 0 } method ? asked with { LoraPlusRatio = method.LoraPlusRatio } : asked;

    /// <summary>Adds the run's number of steps and the tokens of a text, where the method needs them.</summary>
    public static AdapterOptions For(this AdapterOptions options, long totalSteps, Tokenizer tokenizer) => options switch
    {
        AdaLoraOptions adalora => adalora with { TotalSteps = (int)Math.Min(totalSteps, int.MaxValue) },
        PromptTuningOptions { Init: PromptInit.Text, InitText: { } text } prompt => prompt with { InitTokens = tokenizer.Encode(text).Ids },
        _ => options,
    };
}
