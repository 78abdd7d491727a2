using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>How a folder becomes a model.</summary>
public sealed record LoadOptions
{
    /// <summary>The type to compute in; the stored one if absent.</summary>
    public ScalarType? Dtype { get; init; }

    /// <summary>The config's name in the folder.</summary>
    public string ConfigFile { get; init; } = ModelConfig.FileName;

    /// <summary>Draws the weights of a head that the folder does not hold.</summary>
    public long HeadSeed { get; init; }

    /// <summary>Is told what the folder held and the model did not need, and the reverse.</summary>
    public Action<LoadReport>? Report { get; init; }
}
