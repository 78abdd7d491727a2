using System.Text.Json.Nodes;
using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Peft;

/// <summary>What an adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public abstract record AdapterOptions
{
    /// <summary>The method [peft_type], e.g. <c>LORA</c>.</summary>
    public abstract string PeftType { get; }

    /// <summary>Where the base model came from [base_model_name_or_path].</summary>
    public string? BaseModel { get; init; }

    /// <summary>[task_type], e.g. <c>CAUSAL_LM</c>.</summary>
    public string? TaskType { get; init; } = "CAUSAL_LM";

    /// <summary>The model's class where no task is named [auto_mapping]; new adapters take it from the model.</summary>
    public ModelClass? AutoMapping { get; init; }

    /// <summary>Every fault of these options, worded for the one who wrote them.</summary>
    public abstract IReadOnlyList<string> Problems();

    /// <summary>One line for people, e.g. rank and targets.</summary>
    public abstract string Summary { get; }

    /// <summary>Adds the method's own keys of adapter_config.json.</summary>
    internal abstract void Write(IDictionary<string, JsonNode?> keys);

    /// <summary>What a task's head may be called; none for tasks that go without a new one.</summary>
    private protected static IReadOnlyList<string> HeadsOf(string? taskType) => taskType switch
    {
        "SEQ_CLS" or "TOKEN_CLS" => ["classifier", "score"],
        "QUESTION_ANS" => ["qa_outputs"],
        _ => [],
    };

    /// <summary>These options for an adapter that also trains and saves such modules whole; the task's own head need not be named.</summary>
    /// <param name="modules">paths in the model</param>
    /// <exception cref="ArgumentException">The method's files have no place for whole modules.</exception>
    public AdapterOptions AlsoTraining(IEnumerable<string> modules)
    {
        var heads = HeadsOf(TaskType);
        List<string> others = [.. modules.Where(path => !path.Split('.').Any(heads.Contains))];
        return others.Count == 0 ? this : WithModulesToSave(others);
    }

    private protected virtual AdapterOptions WithModulesToSave(IReadOnlyList<string> modules) => throw new ArgumentException(
        $"{PeftType} has no modules_to_save, and the model's {string.Join(", ", modules)} begin anew; take another method, or a base model that has them.");

    /// <summary>These options with what PEFT adds to those of a new adapter.</summary>
    internal virtual AdapterOptions ForNew(PretrainedModel model) => TaskType is null && AutoMapping is null ? this with { AutoMapping = ModelClass.Of(model.Config) } : this;

    /// <summary>These options with what only the saved tensors tell.</summary>
    /// <exception cref="AdapterFormatException">The tensors' file is missing or damaged.</exception>
    internal virtual AdapterOptions CompletedBy(string folder) => this;

    /// <summary>Puts a new adapter onto a model, not yet initialised where <paramref name="generator"/> is null: a file follows.</summary>
    /// <exception cref="ArgumentException">The options fit nothing in the model.</exception>
    internal abstract IAdapter Attach(PretrainedModel model, Generator? generator);
}
