using Platform.Modeling;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>A prompt in front of the embedded tokens: the layer that embeds them learns the ids below zero.</summary>
internal sealed class InputPlace : IPromptPlace
{
    private readonly PretrainedModel _model;
    private readonly VirtualInputs _tokens;
    private readonly string _path;
    private readonly AdaptedLayer _layer;
    private readonly PromptUpdate _update;

    /// <param name="rows">[at least count, width]; the first ones are used</param>
    public InputPlace(PretrainedModel model, long count, Func<Tensor> rows)
    {
        (_model, _tokens, _path) = (model, new VirtualInputs(count), PromptShape.Embedding(model).Path);
        if (!model.Takes(_tokens)) throw new NotSupportedException($"A {model.GetName()} takes no virtual tokens in its input.");
        _path = _path.Replace(".base_layer", "", StringComparison.Ordinal); // another adapter may be there already
        _layer = AdaptedLayer.At(model, _path);
        _update = new PromptUpdate(count, rows);
        _layer.Add(this, _update);
        model.Virtual = _tokens;
    }

    public void Show(bool shown) => _model.Virtual = shown ? _tokens : null;

    public void Dispose()
    {
        Show(false);
        _layer.Remove(this);
        _update.Dispose();
        if (_layer.IsEmpty) ModuleTree.Replace(_model, _path, _layer.Base);
    }
}
