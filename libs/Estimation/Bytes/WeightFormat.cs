using Platform.Estimation.Shapes;

namespace Platform.Estimation.Bytes;

/// <summary>
/// How many bytes a model's weights take. Quantizers make the matrices of the blocks smaller; embeddings, heads, norms and biases stay in
/// sixteen bits, and so do convolutions.
/// </summary>
/// <param name="Name">as jobs call it</param>
public sealed record WeightFormat(string Name)
{
    private const int BytesOf16Bits = 2;

    private Func<WeightShape, long> Matrix { get; init; } = _ => 0;

    private long OtherBytes { get; init; } = BytesOf16Bits;

    public static WeightFormat Float32 { get; } = Plain("fp32", 4);

    public static WeightFormat BFloat16 { get; } = Plain("bf16", BytesOf16Bits);

    /// <summary>One byte for every value, whatever it is.</summary>
    public static WeightFormat Byte { get; } = Plain("int8-all", 1);

    /// <summary>LLM.int8() (Dettmers et al., 2022): a byte per value and a float32 per row.</summary>
    public static WeightFormat Int8 { get; } = new("int8") { Matrix = matrix => matrix.Elements + 4 * matrix.Size[0] };

    /// <summary>Four bits per value and a float32 for each block of 64 (Dettmers et al., 2023).</summary>
    public static WeightFormat Nf4 { get; } = new("nf4") { Matrix = matrix => Up(matrix.Elements, 2) + 4 * Up(matrix.Elements, 64) };

    /// <summary>The blocks' scales in one byte, with a float32 for each 256 of them and one for their mean.</summary>
    public static WeightFormat Nf4Double { get; } = new("nf4-double") { Matrix = matrix => Up(matrix.Elements, 2) + Up(matrix.Elements, 64) + 4 * Up(Up(matrix.Elements, 64), 256) + 4 };

    /// <summary>GPTQ's tensors: packed values and zero points, float16 scales, an int32 per input for its group.</summary>
    public static WeightFormat Gptq(int bits, int groupSize) => new($"gptq-{bits}bit-g{groupSize}")
    {
        Matrix = matrix =>
        {
            var (outputs, inputs) = (matrix.Size[0], matrix.Size[1]);
            var groups = groupSize < 0 ? 1 : Up(inputs, groupSize);
            return Up(inputs * bits, 32) * 4 * outputs + groups * Up(outputs * bits, 32) * 4 + groups * outputs * BytesOf16Bits + inputs * 4;
        },
    };

    /// <summary>Bytes of all weights.</summary>
    public long Of(ModelShape model) => model.Weights.Sum(Of);

    /// <summary>Bytes of the matrices that the format makes smaller.</summary>
    public long OfBlockMatrices(ModelShape model) => model.Weights.Where(weight => weight.IsBlockMatrix).Sum(Of);

    /// <summary>Bytes of a weight, all of its kind together.</summary>
    public long Of(WeightShape weight) => weight.IsBlockMatrix ? weight.Count * Matrix(weight) : weight.Total * OtherBytes;

    private static WeightFormat Plain(string name, int bytes) => new(name) { Matrix = matrix => matrix.Elements * bytes, OtherBytes = bytes };

    private static long Up(long count, long size) => (count + size - 1) / size;
}
