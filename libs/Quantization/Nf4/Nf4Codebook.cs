namespace Platform.Quantization.Nf4;

/// <summary>4-bit NormalFloat.</summary>
/// <remarks>
/// q_i = (Q(i/17) + Q((i+1)/17)) / 2, Q the quantile function of N(0, 1), scaled so that the largest is 1.
/// Dettmers, Pagnoni, Holtzman, Zettlemoyer: "QLoRA: Efficient Finetuning of Quantized LLMs", 2023, section 3 and appendix E.
/// Differs from the paper: nothing; the figures are those of its appendix, which also contain an exact zero (7 negative
/// values below it and 8 positive ones above), rounded to float32.
/// </remarks>
public static class Nf4Codebook
{
    public static FourBitCodebook Instance { get; } = new("nf4",
    [
        -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f,
        -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0.0f,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f,
        0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f,
    ]);
}
