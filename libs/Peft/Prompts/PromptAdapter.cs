using Platform.Modeling;
using Platform.Peft.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Prompts;

/// <summary>
/// Virtual tokens in front of every text. The file holds what their encoder computes; <see cref="Parameters"/>, which training
/// checkpoints keep, are the encoder's own.
/// </summary>
internal sealed class PromptAdapter : IAdapter
{
    internal const string NothingToMerge = "A prompt has no weights that could be added to the model's; serve it beside the model.";

    /// <summary>Before the names of the model's own parameters in the file.</summary>
    private const string Prefix = "base_model.";

    private readonly PromptOptions _options;
    private readonly PromptEncoder _encoder;
    private readonly BaseParameters _trained;
    private readonly IPromptPlace _place;
    private bool _enabled = true;
    private bool _detached;

    /// <summary>Freezes the model and puts the prompt in front of its texts.</summary>
    /// <param name="encoder">is disposed with the adapter</param>
    public PromptAdapter(PretrainedModel model, PromptOptions options, PromptEncoder encoder)
    {
        if (model.Virtual is not null) throw new InvalidOperationException("The model has a prompt already; dispose of that adapter first.");

        (Model, _options, _encoder) = (model, options, encoder);
        _place = options.PlaceIn(model, options.Shape!, () => encoder.Rows(model.training));
        foreach (var parameter in model.parameters()) parameter.requires_grad = false;
        _trained = new BaseParameters(BaseParameters.Of(model, options.ModulesToSave ?? []).Select(item => (Prefix + item.Name, item.Parameter)));
        if (encoder.ServesOnly is null) return;

        foreach (var (_, parameter) in _trained.Parameters) parameter.requires_grad = false;
    }

    public PretrainedModel Model { get; }

    public AdapterOptions Options => _options;

    public string? ServesOnly => _encoder.ServesOnly;

    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters => ServesOnly is null ? [.. _trained.Parameters, .. _encoder.Keys] : [];

    public bool IsMergeable => false;

    public bool IsMerged => false;

    public bool Enabled
    {
        get => _enabled;
        set
        {
            _enabled = value;
            _trained.Show(value);
            _place.Show(value);
        }
    }

    public void Merge() => throw new NotSupportedException(NothingToMerge);

    public void Unmerge()
    {
    }

    public void MergeForGood() => throw new NotSupportedException(NothingToMerge);

    public void Save(string folder)
    {
        using var noGradients = no_grad();
        using var rows = _encoder.Rows(training: false);
        AdapterFiles.Write(folder, Options, [.. TrainedBase, (PromptEncoder.FileKey, rows)]);
    }

    public void LoadParameters(string folder)
    {
        if (_encoder.Keys is not [(PromptEncoder.FileKey, var rows)])
        {
            throw new AdapterFormatException(AdapterFiles.WeightsFile, "it holds the computed prompt only, not the parameters of the encoder that this adapter trains; go on from a training checkpoint, or load the folder as an adapter of its own to serve it.");
        }

        AdapterFiles.ReadInto(folder, [.. TrainedBase, (PromptEncoder.FileKey, rows)]);
    }

    private IEnumerable<(string Name, Tensor Tensor)> TrainedBase => _trained.Parameters.Select(item => (item.Name, (Tensor)item.Parameter));

    public void Dispose()
    {
        if (_detached) return;
        _detached = true;
        _trained.Show(false);
        _trained.Dispose();
        _place.Dispose();
        _encoder.Dispose();
    }
}
