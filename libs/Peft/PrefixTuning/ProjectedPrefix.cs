using Platform.Peft.Prompts;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Platform.Modeling.Layers.Linear;

namespace Platform.Peft.PrefixTuning;

/// <summary>The prefix as W₂ tanh(W₁ E): the parameters that are trained in its place.</summary>
/// <remarks>Li, Liang: "Prefix-Tuning", 2021, section 4.3. Differs from the paper: none; as there, only the computed prefix is kept in the file.</remarks>
internal sealed class ProjectedPrefix(long rows, long width, long hidden, long rowWidth, ScalarType dtype, Device device) : PromptEncoder
{
    private readonly Parameter _embedding = new(empty(rows, width, dtype: dtype, device: device));
    private readonly Linear _down = new(width, hidden, bias: true, dtype, device);
    private readonly Linear _up = new(hidden, rowWidth, bias: true, dtype, device);

    public override IReadOnlyList<(string Key, Parameter Parameter)> Keys =>
        [("prompt_encoder.embedding.weight", _embedding), .. LayerKeys.Of("prompt_encoder.transform.0", _down), .. LayerKeys.Of("prompt_encoder.transform.2", _up)];

    public override Tensor Rows(bool training)
    {
        using var hidden = _down.call(_embedding);
        using var active = hidden.tanh();
        return _up.call(active);
    }

    public override void Draw(Generator generator)
    {
        FreshLayers.Embedding(_embedding, generator);
        FreshLayers.Linear(_down, generator);
        FreshLayers.Linear(_up, generator);
    }
}
