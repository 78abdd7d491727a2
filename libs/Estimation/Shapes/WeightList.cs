namespace Platform.Estimation.Shapes;

/// <summary>Collects the weights of a model.</summary>
internal sealed class WeightList
{
    private readonly List<WeightShape> _weights = [];

    public IReadOnlyList<WeightShape> Weights => _weights;

    /// <summary>A linear layer in each of some blocks.</summary>
    public void BlockLinear(WeightGroup group, string name, long outputs, long inputs, long count, bool bias = false)
    {
        _weights.Add(new(group, $"{name}.weight", [outputs, inputs], count, IsBlockMatrix: true));
        if (bias) _weights.Add(new(group, $"{name}.bias", [outputs], count));
    }

    /// <summary>A linear layer outside of the blocks.</summary>
    public void Linear(WeightGroup group, string name, long outputs, long inputs, bool bias)
    {
        Add(group, $"{name}.weight", [outputs, inputs]);
        if (bias) Add(group, $"{name}.bias", [outputs]);
    }

    /// <summary>Norms of the same width.</summary>
    public void Norms(string name, long width, long count, bool bias)
    {
        if (count == 0) return;
        _weights.Add(new(WeightGroup.Norm, $"{name}.weight", [width], count));
        if (bias) _weights.Add(new(WeightGroup.Norm, $"{name}.bias", [width], count));
    }

    public void Embedding(string name, long rows, long width) => Add(WeightGroup.Embedding, $"{name}.weight", [rows, width]);

    public void Positions(string name, long rows, long width) => Add(WeightGroup.PositionEmbedding, $"{name}.weight", [rows, width]);

    public void Add(WeightGroup group, string name, IReadOnlyList<long> size, long count = 1) => _weights.Add(new(group, name, size, count));
}
