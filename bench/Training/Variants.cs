using Platform.FineTuning.Memory;
using Platform.Peft;
using Platform.Training.Bench.PlainPort;

namespace Platform.Training.Bench;

/// <summary>The ways to take a step, by the names a child process is told.</summary>
internal static class Variants
{
    public const string Plain = "plain", Kept = "none", Half = "half", Blocks = "blocks";

    public static readonly string[] Names = [Plain, Kept, Half, Blocks];

    public static IVariant Create(string name, Workload workload, Method method) => name switch
    {
        Plain => new PlainStep(workload, method),
        _ => new EngineStep(workload, AdapterOf(method), Enum.Parse<Checkpointing>(name, ignoreCase: true)),
    };

    /// <returns>null: the whole model is trained</returns>
    public static AdapterOptions? AdapterOf(Method method) => method == Method.Lora ? Workload.Lora : null;
}
