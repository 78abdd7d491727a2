using Platform.Quantization.EightBit;
using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>
/// AdamW whose moments rest in eight bits: m = s·map[c] with a scale s per block of 256 and the dynamic maps, signed for the first moment
/// and unsigned for the second. A step decodes a parameter's moments, does AdamW in float32 and encodes them again.
/// Dettmers et al.: "8-bit Optimizers via Block-wise Quantization", 2022.
/// Differs from the paper: decay comes before the step as in PyTorch. As in bitsandbytes parameters below 4,096 elements keep float32 moments.
/// </summary>
public sealed class AdamW8Bit(IReadOnlyList<ParameterGroup> groups, AdamOptions? options = null) : IOptimizer
{
    /// <summary>Smaller parameters gain too little to lose precision.</summary>
    public const long SmallestQuantized = 4096;

    private readonly AdamOptions _options = (options ?? new()) with { DecoupledDecay = true };
    private readonly OptimizerState _state = new(groups);

    public IEnumerable<KeyValuePair<string, Tensor>> State => _state.Tensors;

    public void Step(double learningRate)
    {
        using var noGradients = no_grad();
        foreach (var group in groups)
        {
            foreach (var (parameter, gradient) in group.WithGradients())
            {
                using var scope = NewDisposeScope();
                Update(parameter, gradient, group.WeightDecay, learningRate * group.LearningRateFactor);
            }
        }
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state) => _state.Load(state);

    public void Dispose() => _state.Dispose();

    private void Update(TrainableParameter parameter, Tensor gradient, double decay, double learningRate)
    {
        var step = _state.Count(parameter);
        if (parameter.Tensor.numel() < SmallestQuantized)
        {
            AdamFormula.Apply(parameter.Tensor, gradient, _state.Zeros("exp_avg", parameter), _state.Zeros("exp_avg_sq", parameter), null, step, _options, decay, learningRate);
            return;
        }

        var (average, square) = (EightBitMoment.Of(_state, "exp_avg", parameter, DynamicMap.Signed), EightBitMoment.Of(_state, "exp_avg_sq", parameter, DynamicMap.Unsigned));
        var (m, v) = (average.Decode(), square.Decode());
        AdamFormula.Apply(parameter.Tensor, gradient, m, v, null, step, _options, decay, learningRate);
        average.Encode(m);
        square.Encode(v);
    }
}
