using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Parity.Models;

/// <summary>The tensors one run of a case is given, by the names transformers has for them.</summary>
internal sealed class RunInputs(Func<string, Tensor?> read)
{
    public TextInputs Text => new(Required("input_ids"), Optional("attention_mask"), Optional("token_type_ids"), Optional("position_ids"));

    /// <summary>What an encoder reads: features of speech, or a text.</summary>
    public SourceInputs Source => Optional("input_features") is { } features ? new(features) : new(Required("input_ids"), Optional("attention_mask"));

    public Tensor? Optional(string name) => read(name);

    public Tensor Required(string name) => read(name) ?? throw new InvalidDataException($"The case has no input '{name}'.");
}
