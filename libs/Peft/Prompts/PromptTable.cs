using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>A trained row per virtual token, and nothing behind it.</summary>
internal sealed class PromptTable(long rows, long width, ScalarType dtype, Device device) : PromptEncoder
{
    public Parameter Weight { get; } = new(empty(rows, width, dtype: dtype, device: device));

    public override IReadOnlyList<(string Key, Parameter Parameter)> Keys => [(FileKey, Weight)];

    public override Tensor Rows(bool training) => Weight.alias();

    public override void Draw(Generator generator) => FreshLayers.Embedding(Weight, generator);
}
