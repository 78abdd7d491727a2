namespace Platform.Estimation.Bytes;

/// <summary>
/// Bytes of model states on each of some GPUs when they are partitioned as in ZeRO (Rajbhandari et al., 2020, section 3): with mixed
/// precision Adam 2Ψ for the weights, 2Ψ for the gradients and 12Ψ for the optimizer (float32 weights, momentum, variance). Stage 1
/// partitions the optimizer's, 2 also the gradients, 3 also the weights. Activations are not among them.
/// </summary>
public static class ZeroStates
{
    private const double Weights = 2, Gradients = 2, Optimizer = 12;

    /// <param name="stage">0 to 3; 0 partitions nothing</param>
    public static double BytesPerGpu(long parameters, int gpus, int stage)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gpus, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(stage);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stage, 3);
        return parameters * (Part(Weights, 3) + Part(Gradients, 2) + Part(Optimizer, 1));

        double Part(double bytes, int partitionedFrom) => stage >= partitionedFrom ? bytes / gpus : bytes;
    }
}
