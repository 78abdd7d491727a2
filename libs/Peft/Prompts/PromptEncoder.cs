using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>What is trained of a prompt, and how the rows for the virtual tokens come of it.</summary>
internal abstract class PromptEncoder : IDisposable
{
    /// <summary>The only thing an adapter's file holds of a prompt.</summary>
    public const string FileKey = "prompt_embeddings";

    /// <summary>The trained parameters by the names under which training checkpoints keep them.</summary>
    public abstract IReadOnlyList<(string Key, Parameter Parameter)> Keys { get; }

    /// <summary>Why the prompt cannot be trained; null: it can.</summary>
    public virtual string? ServesOnly => null;

    /// <summary>[rows, width] with gradients, which the caller disposes.</summary>
    /// <param name="training">whether the encoder's dropout acts</param>
    public abstract Tensor Rows(bool training);

    /// <summary>Draws the parameters in the order of PyTorch's constructors: the same numbers for the same seed.</summary>
    public abstract void Draw(Generator generator);

    public virtual void Dispose()
    {
        foreach (var (_, parameter) in Keys) parameter.Dispose();
        GC.SuppressFinalize(this);
    }
}
