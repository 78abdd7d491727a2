using Platform.Quantization.EightBit;
using static TorchSharp.torch;

namespace Platform.FineTuning.Optimizers;

/// <summary>
/// <see cref="Lion"/> whose momentum rests in eight bits: m = s·map[c] with a scale s per block of 256 and the signed dynamic map.
/// Chen et al.: "Symbolic Discovery of Optimization Algorithms", 2023, Algorithm 2; Dettmers et al.: "8-bit Optimizers via Block-wise
/// Quantization", 2022. Differs from the papers: as in bitsandbytes parameters below 4,096 elements keep a float32 momentum.
/// </summary>
public sealed class Lion8Bit(IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.99) : IOptimizer
{
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
        if (parameter.Tensor.numel() < AdamW8Bit.SmallestQuantized)
        {
            Lion.Apply(parameter.Tensor, gradient, _state.Zeros("exp_avg", parameter), beta1, beta2, decay, learningRate);
            return;
        }

        var moment = EightBitMoment.Of(_state, "exp_avg", parameter, DynamicMap.Signed);
        var average = moment.Decode();
        Lion.Apply(parameter.Tensor, gradient, average, beta1, beta2, decay, learningRate);
        moment.Encode(average);
    }
}
