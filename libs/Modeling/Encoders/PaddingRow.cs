using static TorchSharp.torch;

namespace Platform.Modeling.Encoders;

/// <summary>A new model's vector for padding is zero.</summary>
internal static class PaddingRow
{
    public static void Clear(string parameterName, Tensor parameter, long? padding)
    {
        if (padding is not { } row || row < 0 || row >= parameter.shape[0] || !parameterName.EndsWith("word_embeddings.weight", StringComparison.Ordinal)) return;

        using var vector = parameter.select(0, row);
        vector.zero_();
    }
}
