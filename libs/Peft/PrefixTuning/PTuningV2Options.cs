namespace Platform.Peft.PrefixTuning;

/// <summary>Deep prompts as P-Tuning v2 has them: a prefix in every block without a projection, with dropout; its file is that of a prefix.</summary>
/// <remarks>
/// Liu, Ji, Fu, Tam, Du, Yang, Tang: "P-Tuning v2: Prompt Tuning Can Be Comparable to Fine-tuning Universally Across Scales and Tasks", 2022.
/// Differs from the paper: the paper leaves the projection open per task; with one it is <see cref="PrefixTuningOptions"/>. The dropout is
/// that of the authors' code, which takes the model's hidden dropout.
/// </remarks>
public sealed record PTuningV2Options : PrefixTuningOptions
{
    public PTuningV2Options() => Dropout = 0.1;

    public override IReadOnlyList<string> Problems() => Projection
        ? [.. base.Problems(), "P-Tuning v2 has no projection; choose prefix tuning for one."]
        : base.Problems();
}
