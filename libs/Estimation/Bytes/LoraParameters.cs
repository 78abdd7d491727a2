using Platform.Estimation.Shapes;

namespace Platform.Estimation.Bytes;

/// <summary>How many parameters LoRA (Hu et al., 2021) trains: rank × (inputs + outputs) for each matrix it targets.</summary>
public static class LoraParameters
{
    /// <param name="targets">last parts of layers' names, e.g. <c>q_proj</c>; null: every linear layer of the blocks</param>
    public static long Of(ModelShape model, long rank, IReadOnlyCollection<string>? targets = null) =>
        model.Weights
            .Where(weight => weight.IsBlockMatrix && (targets is null || targets.Contains(LayerOf(weight))))
            .Sum(weight => weight.Count * rank * weight.Size.Sum());

    private static string LayerOf(WeightShape weight) => weight.Name.Split('.')[^2];
}
