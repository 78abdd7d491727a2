using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = Platform.Modeling.Layers.LayerNorm;

namespace Platform.Peft.LnTuning;

/// <summary>Trains a model's normalisations and nothing else; the names in brackets are those of PEFT's adapter_config.json.</summary>
/// <remarks>
/// Training moves w and b of norm(x) = w ⊙ (x − μ)/σ + b, or w of a root-mean-square norm, from where pre-training left them.
/// Zhao, Tu, Wei, Mei, Xie: "Tuning LayerNorm in Attention: Towards Efficient Multi-Modal LLM Finetuning", 2023.
/// Differs from the paper: which normalisations is the user's choice. The base's own tensors are trained and its first values kept
/// aside, where PEFT copies the layers: the forward pass is the base's, switched on or off.
/// </remarks>
public sealed record LnTuningOptions : LayerAdapterOptions
{
    public override string PeftType => "LN_TUNING";

    private protected override bool ChoosesBlocks => false;

    internal static LnTuningOptions Read(AdapterFields fields) => Read(fields, new LnTuningOptions());

    internal override IAdapter Attach(PretrainedModel model, Generator? generator)
    {
        var resolved = LayerTargets.Resolve(model, this);
        var targets = LayerTargets.Of(model, resolved, module => module is RmsNorm or LayerNorm && module.parameters().Any());
        return new LayerAdapter(model, resolved, [], trained: _ => targets.SelectMany(target => Trained(target.Path, target.Layer)));
    }

    private static IEnumerable<(string Name, Parameter Parameter)> Trained(string path, nn.Module norm) =>
        norm.named_parameters().Select(item => ($"{path}.ln_tuning_layers.{item.name}", item.parameter));
}
