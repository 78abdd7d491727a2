using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>What the options of all methods that put virtual tokens in front of the text have in common.</summary>
public abstract record PromptOptions : AdapterOptions
{
    /// <summary>How many stand in front of every text [num_virtual_tokens].</summary>
    public int VirtualTokens { get; init; } = 20;

    /// <summary>Modules that are trained and saved whole; null: the head where the task is to classify [modules_to_save].</summary>
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>The model's figures; null: not attached to one yet.</summary>
    public PromptShape? Shape { get; init; }

    public override IReadOnlyList<string> Problems() => VirtualTokens < 1
        ? [$"num_virtual_tokens is {VirtualTokens}; it must be at least 1, commonly 10 to 100."]
        : [];

    /// <summary>The figures that prompts of this kind have on a model.</summary>
    internal abstract PromptShape ShapeOn(PretrainedModel model);

    /// <summary>How wide a row of the file is.</summary>
    internal abstract long RowWidth(PromptShape shape);

    /// <summary>How many rows the file has.</summary>
    internal virtual long RowCount(PromptShape shape) => VirtualTokens;

    /// <summary>A new encoder without values.</summary>
    internal abstract PromptEncoder CreateEncoder(PromptShape shape, ScalarType dtype, Device device);

    /// <summary>Whether the rows of a file say all there is to train.</summary>
    internal abstract bool FileIsComplete { get; }

    /// <summary>Puts what the encoder computes into the model's passes.</summary>
    internal abstract IPromptPlace PlaceIn(PretrainedModel model, PromptShape shape, Func<Tensor> rows);

    /// <summary>Gives a new encoder its first values.</summary>
    internal virtual void Draw(PromptEncoder encoder, PretrainedModel model, Generator generator) => encoder.Draw(generator);

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        var shape = Shape ?? throw new InvalidOperationException("The options of a prompt can be written once they are attached to a model.");
        keys["modules_to_save"] = PythonValues.OptionalList(ModulesToSave);
        keys["num_attention_heads"] = shape.Heads;
        keys["num_layers"] = shape.Layers;
        keys["num_transformer_submodules"] = shape.Stacks;
        keys["num_virtual_tokens"] = VirtualTokens;
        keys["token_dim"] = shape.Width;
    }

    // Named modules replace the task's heads, so these are named with them.
    private protected override AdapterOptions WithModulesToSave(IReadOnlyList<string> modules) => this with { ModulesToSave = [.. (ModulesToSave ?? HeadsOf(TaskType)).Union(modules)] };

    /// <summary>Of a classifier the new head is trained too, as PEFT does it.</summary>
    internal override AdapterOptions ForNew(PretrainedModel model) =>
        (PromptOptions)base.ForNew(model) with { ModulesToSave = ModulesToSave ?? (HeadsOf(TaskType) is [_, ..] heads ? heads : null) };

    /// <summary>Reads what <see cref="Write"/> writes; the figures are the model's and checked when the file is loaded.</summary>
    internal static T Read<T>(AdapterFields fields, T options)
        where T : PromptOptions => options with
        {
            VirtualTokens = fields.Whole("num_virtual_tokens", 0),
            ModulesToSave = fields.List<string>("modules_to_save"),
        };

    internal override IAdapter Attach(PretrainedModel model, Generator? generator)
    {
        var shape = ShapeOn(model);
        var resolved = this with { Shape = shape };
        var (dtype, device) = (model.Dtype, model.Device);
        var encoder = generator is null && !FileIsComplete
            ? new StoredPrompt(RowCount(shape), RowWidth(shape), dtype, device)
            : CreateEncoder(shape, dtype, device);
        try
        {
            if (generator is not null) Draw(encoder, model, generator);
            return new PromptAdapter(model, resolved, encoder);
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }
}
