using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Quantization.Calibration;
using Platform.Quantization.Grouped;
using static TorchSharp.torch;

namespace Platform.Quantization.Gptq;

/// <summary>Quantizes a language model with GPTQ, block by block, each block calibrated on what the quantized ones before it give.</summary>
/// <remarks>
/// See <see cref="GptqSolver"/> for one layer. Within a block the layers with the same input are one group; with
/// <see cref="GptqOptions.TrueSequential"/> a group sees the outputs of the quantized groups before it.
/// Frantar et al.: "GPTQ", 2022, section 4 and appendix. Differs from the paper: none.
/// </remarks>
public static class GptqQuantizer
{
    /// <param name="model">Its blocks' full-precision linear layers are replaced and disposed.</param>
    /// <param name="samples">Token ids, each [batch, positions] without padding.</param>
    /// <param name="progress">Told the number of layers done and of all.</param>
    /// <param name="cancellation">Ends the work between two layers.</param>
    /// <exception cref="ArgumentException">The options are invalid or do not fit a layer, which the message names.</exception>
    /// <exception cref="CalibrationException">The samples do not suffice for a layer, which the message names.</exception>
    public static void Quantize(CausalLanguageModel model, IReadOnlyList<Tensor> samples, GptqOptions options, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        if (options.Problems() is [_, ..] problems) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        var layers = Enumerable.Range(0, model.Blocks.Count).Select(block => BlockLayers.Of(model, block)).ToList();
        foreach (var layer in layers.SelectMany(block => block)) Named(layer.Path, () => options.ThrowUnlessFitting(layer.Layer.InFeatures, layer.Layer.OutFeatures));

        using var noGradients = no_grad();
        using var run = new CalibrationRun(model, samples);
        var (done, all) = (0, layers.Sum(block => block.Count));
        for (var block = 0; block < layers.Count; block++)
        {
            var groups = BlockLayers.InOrder(layers[block], () => run.Observe(block));
            if (!options.TrueSequential) groups = [[.. groups.SelectMany(group => group)]];
            foreach (var group in groups)
            {
                QuantizeGroup(model, group, () => run.Observe(block), options, () =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Invoke(++done, all);
                });
            }

            run.Advance(block);
        }
    }

    private static void QuantizeGroup(CausalLanguageModel model, IReadOnlyList<(string Path, Linear Layer)> group, Action observe, GptqOptions options, Action onLayer)
    {
        var hessians = group.ToDictionary(layer => layer.Path, layer => new HessianAccumulator(layer.Layer.InFeatures, model.Device));
        try
        {
            BlockLayers.Listen(group, (layer, input) => hessians[layer.Path].Add(input), observe);
            foreach (var (path, layer) in group)
            {
                Named(path, () =>
                {
                    using var hessian = hessians[path].Hessian();
                    ModuleTree.Replace(model, path, new GroupedLinear(GptqSolver.Solve(layer.Weight, hessian, options), layer.Bias, new GptqFormat { Options = options }));
                });
                layer.Dispose();
                onLayer();
            }
        }
        finally
        {
            foreach (var hessian in hessians.Values) hessian.Dispose();
        }
    }

    /// <summary>Puts the layer's path before what went wrong with it.</summary>
    private static void Named(string path, Action work)
    {
        try
        {
            work();
        }
        catch (CalibrationException e)
        {
            throw new CalibrationException($"{path}: {e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }
        catch (NotFiniteNumberException e)
        {
            throw new NotFiniteNumberException($"{path}: {e.Message}", e);
        }
    }
}
