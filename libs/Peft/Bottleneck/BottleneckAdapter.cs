using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using Platform.Peft.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Platform.Peft.Bottleneck;

/// <summary>Bottlenecks where the halves of a model's blocks join the stream, and perhaps the model's head, trained in place.</summary>
public sealed class BottleneckAdapter : IAdapter
{
    private readonly List<Place> _places = [];
    private readonly BaseParameters _head;
    private readonly BottleneckOptions _options;
    private bool _enabled = true;
    private bool _detached;

    internal BottleneckAdapter(PretrainedModel model, BottleneckOptions options, Generator? generator)
    {
        (Model, _options) = (model, options);
        var blocks = ModuleTree.OfType<nn.Module>(model).Where(item => item.Module is IResidualBlock).ToList();
        if (blocks.Count == 0) throw new NotSupportedException($"Bottleneck adapters are not supported on a {model.GetName()}: its blocks have no place for them.");
        if (blocks.Any(item => ((IResidualBlock)item.Module) is { AttentionJoin.Replacement: not null } or { MlpJoin.Replacement: not null }))
            throw new ArgumentException("The model has bottleneck adapters already; dispose them first.");
        if (blocks.Count == options.LeaveOut.Distinct().Count(index => index >= 0 && index < blocks.Count)) throw new ArgumentException($"leave_out names all {blocks.Count} blocks; at least one must have an adapter.");

        foreach (var parameter in model.parameters()) parameter.requires_grad = false;
        foreach (var (index, (path, block)) in blocks.Index().Where(item => !options.LeaveOut.Contains(item.Index)))
        {
            var (residual, names) = ((IResidualBlock)block, ((IResidualBlock)block).JoinPaths);
            if (options.AfterAttention) Add(index, block, residual.AttentionJoin, "attention_adapters", $"{path}.{names?.Attention ?? "attention_adapters"}", generator);
            if (options.AfterFeedForward) Add(index, block, residual.MlpJoin, "output_adapters", $"{path}.{names?.Mlp ?? "output_adapters"}", generator);
        }

        var trainsHead = options.TrainsHead ?? model is not (CausalLanguageModel or MaskedLanguageModel);
        _head = new BaseParameters(trainsHead || options.SavedHead is not null ? HeadOf(model) : []);
        if (!trainsHead)
            foreach (var (_, parameter) in _head.Parameters) parameter.requires_grad = false;
        Parameters = [.. Own(layer => layer.Keys), .. trainsHead ? _head.Parameters : []];
    }

    public PretrainedModel Model { get; }

    public AdapterOptions Options => _options;

    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters { get; }

    public bool IsMergeable => false;

    public bool IsMerged => false;

    public bool Enabled
    {
        get => _enabled;
        set
        {
            _enabled = value;
            _head.Show(value);
            foreach (var place in _places) place.Join.Replacement = value ? place.Layer.Join : null;
        }
    }

    /// <exception cref="NotSupportedException">Always: a bottleneck is not linear.</exception>
    public void Merge() => throw new NotSupportedException("A bottleneck adapter cannot be merged: there is a non-linear function inside of it. Serve it with its base.");

    public void Unmerge()
    {
    }

    /// <inheritdoc cref="Merge"/>
    public void MergeForGood() => Merge();

    /// <summary>Writes the adapter in AdapterHub's format, and the head with it where it is trained or came with the adapter.</summary>
    public void Save(string folder) => AdapterHubFiles.Write(
        folder, Model, _options, Own(layer => layer.Keys.Concat(layer.SecondKeys)).Select(Named), [.. _head.Parameters.Select(Named)]);

    public void LoadParameters(string folder)
    {
        AdapterHubFiles.Read(folder, Own(layer => layer.Keys.Concat(layer.SecondKeys)).Select(Named), _head.Parameters.Select(Named));
    }

    public void Dispose()
    {
        if (_detached) return;
        Enabled = false;
        _detached = true;
        foreach (var place in _places)
        {
            place.Block.register_module(place.Child, null!);
            place.Layer.Dispose();
        }

        _head.Dispose();
    }

    private void Add(int index, nn.Module block, ResidualJoin join, string child, string path, Generator? generator)
    {
        var hidden = ((LanguageModelConfig)Model.Config).HiddenSize;
        var layer = new BottleneckLayer(hidden, _options.WidthOf(index, hidden), _options, Model.Device);
        if (generator is not null) BottleneckInitialization.Draw(layer, _options.Init, generator);
        block.register_module(child, layer); // moves and changes mode with the model
        layer.train(Model.training);
        join.Replacement = layer.Join;
        _places.Add(new Place(block, child, join, layer, $"{path}.adapters.{_options.Name}"));
    }

    private IEnumerable<(string Name, Parameter Parameter)> Own(Func<BottleneckLayer, IEnumerable<(string Key, Parameter Parameter)>> keys) =>
        _places.SelectMany(place => keys(place.Layer).Select(item => ($"{place.Path}.{item.Key}", item.Parameter)));

    // What is not below the model without a head; a model without a head has none.
    private static IEnumerable<(string Name, Parameter Parameter)> HeadOf(PretrainedModel model)
    {
        var body = ModelFamily.Of(model.Config).Layout.BaseModel + ".";
        var parameters = model.named_parameters().Select(item => (item.name, item.parameter)).ToList();
        return parameters.Exists(item => item.name.StartsWith(body, StringComparison.Ordinal)) ? parameters.Where(item => !item.name.StartsWith(body, StringComparison.Ordinal)) : [];
    }

    private static (string Name, Tensor Tensor) Named((string Name, Parameter Parameter) item) => (item.Name, item.Parameter);

    private sealed record Place(nn.Module Block, string Child, ResidualJoin Join, BottleneckLayer Layer, string Path);
}
