namespace Platform.Estimation.Training;

/// <summary>What an adapter trains.</summary>
/// <param name="Parameters">how many values</param>
/// <param name="AttentionInputs">whether layers that read the attention's input are adapted</param>
/// <param name="AttentionOutput">whether the attention's last layer is</param>
/// <param name="MlpInputs">whether layers that read the feed-forward part's input are</param>
/// <param name="MlpOutput">whether the feed-forward part's last layer is</param>
public sealed record AdapterSetup(long Parameters, bool AttentionInputs, bool AttentionOutput, bool MlpInputs, bool MlpOutput)
{
    /// <summary>Values of the adapted matrices' own size that a step computes and keeps: updates that are products of products.</summary>
    public long UpdateValues { get; init; }

    /// <summary>Tokens of a learned prompt or prefix, which the model reads with every text.</summary>
    public long VirtualTokens { get; init; }
}
