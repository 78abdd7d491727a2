using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>The rows that a prompt encoder has once computed, without the encoder: an adapter's file holds no more.</summary>
internal sealed class StoredPrompt(long rows, long width, ScalarType dtype, Device device) : PromptEncoder
{
    private readonly Parameter _rows = new(empty(rows, width, dtype: dtype, device: device), requires_grad: false);

    public override IReadOnlyList<(string Key, Parameter Parameter)> Keys => [(FileKey, _rows)];

    public override string ServesOnly => "The adapter's file holds the computed prompt only, not the encoder that computed it: it can serve, but not be trained further. Go on from a training checkpoint, which keeps the encoder.";

    public override Tensor Rows(bool training) => _rows.alias();

    public override void Draw(Generator generator) => throw new InvalidOperationException(ServesOnly);
}
