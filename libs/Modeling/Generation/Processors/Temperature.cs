using static TorchSharp.torch;

namespace Platform.Modeling.Generation.Processors;

/// <summary>scores / temperature: below 1 the likely become likelier.</summary>
internal sealed class Temperature(double temperature) : ILogitsProcessor
{
    public void Apply(IReadOnlyList<TokenRow> rows, Tensor scores) => scores.div_(temperature);
}
