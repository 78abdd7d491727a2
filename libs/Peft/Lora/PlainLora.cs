using Platform.Modeling.Layers;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>Writes an adapter that began with PiSSA or OLoRA as one for the original weights, which any reader of LoRA understands.</summary>
/// <remarks>s B A - s B₀ A₀ = s [B, -B₀] [A; A₀]: twice the rank, twice the alpha. Meng et al.: "PiSSA", 2024, appendix C.</remarks>
public static class PlainLora
{
    /// <exception cref="ArgumentException">The adapter is no such LoRA.</exception>
    public static void Save(IAdapter adapter, string folder)
    {
        if (adapter is not LayerAdapter { Options: LoraOptions { Init: LoraInit.Pissa or LoraInit.Olora, RankStabilized: false, WeightDecomposed: false } options } layers)
            throw new ArgumentException("Only a LoRA that began with pissa or olora, without use_rslora and use_dora, can be converted; others are saved as they are.", nameof(adapter));

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var (merged, enabled) = (layers.IsMerged, layers.Enabled);
        if (merged) layers.Unmerge();
        layers.Enabled = false; // shows the original weights
        try
        {
            AdapterFiles.Write(folder, Doubled(options), layers.Updates.SelectMany(item => Factors(options, item.Path, (LoraUpdate)item.Update, (Linear)item.Layer.Base)));
        }
        finally
        {
            layers.Enabled = enabled;
            if (merged) layers.Merge();
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Factors(LoraOptions options, string path, LoraUpdate update, Linear layer)
    {
        var weight = layer.Weight.to_type(ScalarType.Float32);
        var (down, up) = PrincipalFactors.Of(options, weight, (int)update.Down.shape[0], update.Scaling);
        yield return ($"{LayerAdapter.Prefix}{path}.lora_A.weight", cat([update.Down, down], 0));
        yield return ($"{LayerAdapter.Prefix}{path}.lora_B.weight", cat([update.Up, up.neg()], 1));
    }

    private static LoraOptions Doubled(LoraOptions options) => options with
    {
        Init = LoraInit.Kaiming,
        PowerIterations = null,
        Rank = 2 * options.Rank,
        Alpha = 2 * options.Alpha,
        RankPattern = [.. options.RankPattern.Select(pair => KeyValuePair.Create(pair.Key, 2 * pair.Value))],
        AlphaPattern = [.. options.AlphaPattern.Select(pair => KeyValuePair.Create(pair.Key, 2 * pair.Value))],
    };
}
