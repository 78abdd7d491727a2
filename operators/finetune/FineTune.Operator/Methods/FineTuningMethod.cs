using System.Text.Json.Nodes;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Operator.Methods;

/// <summary>A value of spec.method.type: which block of the spec is its own, what that may hold, and what it is in the files of adapters.</summary>
/// <param name="type">the value</param>
/// <param name="block">the block's name in the spec</param>
internal abstract class FineTuningMethod(string type, string block)
{
    public string Type => type;

    public string Block => block;

    /// <summary>Whether what is trained can become part of the base's weights.</summary>
    public virtual bool IsMergeable => true;

    /// <summary>Whether the block is in the spec.</summary>
    public abstract bool IsSet(MethodSpec method);

    /// <summary>Adds what is wrong with the block.</summary>
    public abstract void Check(MethodSpec method, List<string> problems);

    /// <summary>The content of adapter_config.json, without what only the model tells; keys that are absent have PEFT's defaults.</summary>
    public abstract JsonObject Configuration(MethodSpec method);
}

/// <inheritdoc cref="FineTuningMethod"/>
/// <param name="of">finds the block; a spec without it has the defaults of <typeparamref name="TSpec"/></param>
internal abstract class FineTuningMethod<TSpec>(string type, string block, Func<MethodSpec, TSpec?> of) : FineTuningMethod(type, block)
    where TSpec : class, new()
{
    public override bool IsSet(MethodSpec method) => of(method) is not null;

    public override void Check(MethodSpec method, List<string> problems)
    {
        if (of(method) is { } spec) Check(spec, new MethodFields($"spec.method.{Block}", problems));
    }

    public override JsonObject Configuration(MethodSpec method) => Configuration(of(method) ?? new());

    protected abstract void Check(TSpec spec, MethodFields fields);

    protected abstract JsonObject Configuration(TSpec spec);
}
