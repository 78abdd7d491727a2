using static TorchSharp.torch;

namespace Platform.Modeling.Layers;

/// <summary>The heads' queries, keys and values out of one projection.</summary>
internal static class FusedHeads
{
    /// <param name="flat">[batch, positions, 3 · heads · width]</param>
    /// <param name="perHead">whether the three of a head lie beside each other, as in BLOOM, and not all queries first, as in GPT-2</param>
    /// <returns>[batch, heads, positions, width] each, views the caller disposes</returns>
    public static (Tensor Query, Tensor Key, Tensor Value) Split(Tensor flat, long heads, bool perHead)
    {
        var (batch, positions) = (flat.shape[0], flat.shape[1]);
        using var apart = perHead ? flat.view(batch, positions, heads, 3, -1) : flat.view(batch, positions, 3, heads, -1);
        var three = apart.unbind(perHead ? 3 : 2); // [batch, positions, heads, width] each
        var split = (three[0].transpose(1, 2), three[1].transpose(1, 2), three[2].transpose(1, 2));
        foreach (var part in three) part.Dispose();
        return split;
    }
}
