using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Quantization.Calibration;
using Platform.Quantization.Grouped;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Quantization.Awq;

/// <summary>Quantizes a language model with AWQ: inputs that matter get larger weights, whose inverse the operation before takes.</summary>
/// <remarks>
/// For each step of the <see cref="AwqPlan"/>: search scales (<see cref="ScaleSearch"/>), multiply the layers' columns by them and divide
/// the rows of what comes before; then search clipping limits (<see cref="ClipSearch"/>) and round (<see cref="GroupRounding"/>).
/// Lin et al.: "AWQ", 2023, section 3. Differs from the paper: as in AutoAWQ every block is searched with the outputs of the
/// unquantized blocks before it, and query and key projections are not clipped.
/// </remarks>
public static class AwqQuantizer
{
    private static readonly string[] NeverClipped = ["q_", "k_", "query", "key", "Wqkv"];

    /// <param name="model">In float32 or float16; its blocks' linear layers are replaced and disposed.</param>
    /// <param name="samples">Token ids, each [batch, positions] without padding.</param>
    /// <param name="progress">Told the number of layers done and of all.</param>
    /// <param name="findings">Is shown what is found.</param>
    /// <param name="cancellation">Ends the work between two blocks.</param>
    /// <exception cref="ArgumentException">The options do not fit a layer, which the message names.</exception>
    /// <exception cref="NotSupportedException">The family's blocks are not known.</exception>
    /// <exception cref="CalibrationException">There is no sample, or one gives NaN.</exception>
    public static void Quantize(CausalLanguageModel model, IReadOnlyList<Tensor> samples, AwqOptions options, Action<int, int>? progress = null, AwqFindings? findings = null, CancellationToken cancellation = default)
    {
        var layers = Enumerable.Range(0, model.Blocks.Count).Select(block => BlockLayers.Of(model, block)).ToList();
        foreach (var (path, layer) in layers.SelectMany(block => block)) Check(path, layer, options);
        var plans = model.Blocks.Select(block => AwqPlan.Of(model, block)).ToList();

        using var noGradients = no_grad();
        using var run = new CalibrationRun(model, samples);
        var (done, all) = (0, layers.Sum(block => block.Count));
        for (var index = 0; index < layers.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var block = index;
            var inputs = layers[block].ToDictionary(layer => layer.Path, _ => new List<Tensor>());
            BlockLayers.Listen(layers[block], (layer, input) => inputs[layer.Path].Add(input.alias().DetachFromDisposeScope()), () => run.Advance(block));
            var root = BlockLayers.PathOf(model, model.Blocks[block]);
            foreach (var step in plans[block]) Scale(model.Blocks[block], root, step, inputs, run, options, (scales, losses) => findings?.OnScales?.Invoke(block, step.Previous, scales, losses));
            foreach (var (path, layer) in layers[block])
            {
                if (options.Clip && !NeverClipped.Any(path.Contains)) Clip(layer, inputs[path], options, limits => findings?.OnClip?.Invoke(block, path[(root.Length + 1)..], limits));
                ModuleTree.Replace(model, path, new GroupedLinear(GroupRounding.ToStored(layer.Weight, options.GroupSize), layer.Bias, new AwqFormat(options.GroupSize)));
                layer.Dispose();
                foreach (var input in inputs[path]) input.Dispose();
                progress?.Invoke(++done, all);
            }
        }
    }

    private static void Scale(nn.Module block, string root, AwqStep step, Dictionary<string, List<Tensor>> inputs, CalibrationRun run, AwqOptions options, Action<Tensor, IReadOnlyList<double>> onFound)
    {
        var layers = step.Layers.Select(name => (Linear)ModuleTree.Find(block, name)).ToList();
        var given = inputs[$"{root}.{step.Layers[0]}"];
        var inspected = ModuleTree.Find(block, step.Inspected);
        var found = ScaleSearch.Find(layers, given, sample => inspected switch
        {
            nn.Module<Tensor, ForwardContext, Tensor> attention => attention.call(given[sample], run.ContextOf(sample)),
            nn.Module<Tensor, Tensor> module => module.call(given[sample]),
            _ => throw new NotSupportedException($"{root}.{step.Inspected} cannot be run on its own."),
        }, options);
        onFound(found.Scales, found.Losses);
        using var scales = found.Scales;
        using var inverse = scales.reciprocal();
        ScaleFolding.DivideRows(ModuleTree.Find(block, step.Previous), found.Scales);
        foreach (var layer in layers) layer.Weight.mul_(found.Scales);
        foreach (var name in step.Layers) Multiply(inputs[$"{root}.{name}"], inverse);
    }

    /// <summary>Not in place: the memory is the block's, which other layers may read.</summary>
    private static void Multiply(List<Tensor> inputs, Tensor factors)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            using var before = inputs[i];
            inputs[i] = before.mul(factors).DetachFromDisposeScope();
        }
    }

    private static void Clip(Linear layer, List<Tensor> inputs, AwqOptions options, Action<Tensor> onFound)
    {
        using var scope = NewDisposeScope();
        var limits = ClipSearch.Find(layer.Weight, cat([.. inputs.Select(input => input.reshape(-1, input.shape[^1]))], 0), options.GroupSize);
        onFound(limits);
        layer.Weight.copy_(ClipSearch.Apply(layer.Weight, limits));
    }

    private static void Check(string path, Linear layer, AwqOptions options)
    {
        try
        {
            options.ThrowUnlessFitting(layer.InFeatures, layer.OutFeatures);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }
    }
}
