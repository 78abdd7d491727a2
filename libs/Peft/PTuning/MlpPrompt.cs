using Platform.Modeling.Layers;
using Platform.Peft.Prompts;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Peft.PTuning;

/// <summary>P = W₃ relu(W₂ relu(W₁ E)), row by row.</summary>
/// <remarks>
/// Liu, Zheng, Du, Ding, Qian, Yang, Tang: "GPT Understands, Too", 2021 (P-tuning v1).
/// Differs from the paper: as in PEFT, there is an MLP alone besides the LSTM with one, its depth is fixed, and the prompt stands in front
/// of the text instead of in places of a template.
/// </remarks>
internal sealed class MlpPrompt(long rows, long width, long hidden, ScalarType dtype, Device device) : PromptEncoder
{
    private readonly Parameter _embedding = new(empty(rows, width, dtype: dtype, device: device));

    private readonly Linear[] _layers =
    [
        new(width, hidden, bias: true, dtype, device),
        new(hidden, hidden, bias: true, dtype, device),
        new(hidden, width, bias: true, dtype, device),
    ];

    public override IReadOnlyList<(string Key, Parameter Parameter)> Keys =>
        [("prompt_encoder.embedding.weight", _embedding), .. _layers.Index().SelectMany(layer => LayerKeys.Of($"prompt_encoder.mlp_head.{2 * layer.Index}", layer.Item))];

    public override Tensor Rows(bool training)
    {
        using var first = _layers[0].call(_embedding);
        using var firstActive = first.relu();
        using var second = _layers[1].call(firstActive);
        using var secondActive = second.relu();
        return _layers[2].call(secondActive);
    }

    public override void Draw(Generator generator)
    {
        FreshLayers.Embedding(_embedding, generator);
        foreach (var layer in _layers) FreshLayers.Linear(layer, generator);
    }
}
