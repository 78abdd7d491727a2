using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using static TorchSharp.torch;

namespace Platform.Quantization.Checkpoints;

/// <summary>How a model folder keeps the weights of linear layers in few bits.</summary>
public interface IWeightFormat
{
    /// <summary>The <c>quantization_config</c> of config.json.</summary>
    /// <param name="dtype">What the model computes in.</param>
    JsonObject ToJson(ScalarType dtype);

    /// <summary>Files beside config.json that some readers look for.</summary>
    IEnumerable<(string File, JsonObject Content)> Companions => [];

    /// <summary>The layer that the folder holds at a path; null if it holds the plain one there.</summary>
    /// <param name="path">The layer's path in <paramref name="stored"/>.</param>
    /// <param name="layer">The model's layer, for its sizes and its bias; it is left alone.</param>
    /// <exception cref="CheckpointException">A tensor is missing or another one; the message names it.</exception>
    QuantizedLinear? Read(StoredTensors stored, string path, Linear layer);
}
