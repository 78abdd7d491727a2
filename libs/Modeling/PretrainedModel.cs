using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling;

/// <summary>
/// A model of the Hugging Face world. Its modules and parameters are named as in transformers, and a folder in the Hugging Face
/// layout holds it. Every method of a model returns tensors the caller disposes.
/// </summary>
public abstract class PretrainedModel(string name) : nn.Module(name)
{
    private VirtualTokens? _virtual;

    public abstract ModelConfig Config { get; }

    /// <summary>The type of the weights that compute the hidden states.</summary>
    public virtual ScalarType Dtype => AnyParameter.dtype;

    public virtual Device Device => AnyParameter.device;

    /// <summary>What an adapter puts in front of every text; null: nothing. It is the body's, where there is one.</summary>
    public VirtualTokens? Virtual
    {
        get => TextBody is { } body ? body.Virtual : _virtual;
        set
        {
            if (TextBody is { } body) body.Virtual = value;
            else _virtual = value;
        }
    }

    /// <summary>The model below this one's head, if it is a model of its own: it runs the texts.</summary>
    private protected virtual PretrainedModel? TextBody => null;

    /// <summary>Whether the model's passes take such virtual tokens into account.</summary>
    public virtual bool Takes(VirtualTokens tokens) => TextBody?.Takes(tokens) == true;

    private Tensor AnyParameter => parameters().First(parameter => parameter.is_floating_point());

    /// <summary>Loads the model that the folder's config.json names, ready to evaluate.</summary>
    /// <exception cref="ModelConfigException">The config is missing, wrong, or of an unknown family.</exception>
    /// <exception cref="CheckpointException">Weights are missing, damaged or of another shape.</exception>
    public static PretrainedModel Load(string folder, Device device, LoadOptions? options = null) => Load<PretrainedModel>(folder, device, options);

    /// <summary>
    /// Loads a folder for a task. If the config names a class for another task, the family's class for this one is taken, and a
    /// head that the folder does not hold begins anew.
    /// </summary>
    /// <typeparam name="T">e.g. <see cref="CausalLanguageModel"/> or <see cref="Tasks.SequenceClassifier"/></typeparam>
    /// <inheritdoc cref="Load(string, Device, LoadOptions?)"/>
    public static T Load<T>(string folder, Device device, LoadOptions? options = null)
        where T : PretrainedModel
    {
        options ??= new LoadOptions();
        var json = ModelConfig.ReadJson(Path.Combine(folder, options.ConfigFile));
        var family = ModelFamily.Of(json, typeof(T));
        using var weights = ModelFolder.Open(folder);
        family.Layout.Amend?.Invoke(json, weights);
        var newHead = !family.IsNamedBy(json) || (options.Labels is { } labels && labels.Count != Tasks.ClassificationLabels.Read(json).Count);
        options.ApplyTo(json);
        var model = (T)CreateEmpty(family, json, options.Dtype ?? StoredDtypes.Of(json), device);
        try
        {
            CheckpointLoading.Fill(model, weights, family, options, newHead);
            model.eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A model without values, for <see cref="Initialize"/>.</summary>
    public static T Create<T>(JsonObject config, Device device, ScalarType? dtype = null)
        where T : PretrainedModel =>
        (T)CreateEmpty(ModelFamily.Of(config, typeof(T)), config, dtype ?? StoredDtypes.Of(config), device);

    private static PretrainedModel CreateEmpty(ModelFamily family, JsonObject config, ScalarType dtype, Device device)
    {
        try
        {
            return family.Create(config, dtype, device);
        }
        catch (ExternalException failure)
        {
            // Sizes that no memory holds, or whose product no number does.
            throw new ModelConfigException($"config.json: a model of these sizes cannot be created on {device}: {failure.Message.Split('\n')[0]}", failure);
        }
    }

    /// <summary>
    /// Writes weights and config. What else the folder <paramref name="from"/> holds is copied, its config.json is kept except
    /// for the type, and its shards are kept.
    /// </summary>
    /// <param name="dtype">the type to store; the model's if absent</param>
    public void Save(string folder, string? from = null, ScalarType? dtype = null) => CheckpointSaving.Save(this, folder, from, dtype ?? Dtype);

    /// <summary>Gives a new model its first weights: normal matrices, zero biases, norms of one.</summary>
    public virtual void Initialize(Generator generator)
    {
        using var noGradients = no_grad();
        foreach (var (parameterName, parameter) in named_parameters()) InitializeParameter(parameterName, parameter, generator);
    }

    /// <summary>Gives one parameter its first values; called without gradients.</summary>
    protected internal virtual void InitializeParameter(string parameterName, Tensor parameter, Generator generator)
    {
        if (parameter.dim() > 1) parameter.normal_(0, Config.InitializerRange, generator);
        else if (parameterName.EndsWith("bias", StringComparison.Ordinal)) nn.init.zeros_(parameter);
        else nn.init.ones_(parameter);
    }
}
