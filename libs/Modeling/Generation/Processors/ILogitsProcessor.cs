using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>Changes what may come next, given what came before.</summary>
public interface ILogitsProcessor
{
    /// <param name="rows">what each row holds so far</param>
    /// <param name="scores">float32 [rows, vocabulary], logits or their log-softmax; changed in place</param>
    void Apply(IReadOnlyList<TokenRow> rows, Tensor scores);
}
