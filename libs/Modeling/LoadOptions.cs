using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>How a folder becomes a model.</summary>
public sealed record LoadOptions
{
    /// <summary>The type to compute in; the stored one if absent.</summary>
    public ScalarType? Dtype { get; init; }

    /// <summary>
    /// Whether weights that need no conversion stay in their file, mapped into memory: loading takes no time, and processes share the
    /// pages. What is trained is copied page by page. The file must not be cut short while the model lives; replacing it is safe.
    /// </summary>
    public bool MapWeights { get; init; } = true;

    /// <summary>The config's name in the folder.</summary>
    public string ConfigFile { get; init; } = ModelConfig.FileName;

    /// <summary>Draws the weights of a head that the folder does not hold.</summary>
    public long HeadSeed { get; init; }

    /// <summary>
    /// Is shown the model before its values are read: who keeps weights in another form puts layers that hold them so in the place of
    /// others here. What is then left of the model's parameters is read as always.
    /// </summary>
    public Action<PretrainedModel, StoredTensors>? Prepare { get; init; }

    /// <summary>The classes to learn, instead of those in the config. A head for another number of them begins anew.</summary>
    public ClassificationLabels? Labels { get; init; }

    /// <summary>The token that fills up texts, where the config states none.</summary>
    public long? PadTokenId { get; init; }

    /// <summary>Is told what the folder held and the model did not need, and the reverse.</summary>
    public Action<LoadReport>? Report { get; init; }

    /// <summary>Puts what is asked for into a config.</summary>
    internal void ApplyTo(JsonObject config)
    {
        Labels?.Write(config);
        if (PadTokenId is { } pad && config["pad_token_id"] is null) config["pad_token_id"] = pad;
    }
}
