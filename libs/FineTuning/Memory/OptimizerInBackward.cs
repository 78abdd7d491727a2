using Platform.FineTuning.Optimizers;
using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Memory;

/// <summary>
/// Moves the parameters of each block as soon as the backward pass has come through it, and lets go of their gradients: those of one block are there at
/// a time, and those of what belongs to no block or to several.
/// </summary>
/// <remarks>
/// Lv, Yang, Liu, Gao, Guo, Qiu: "Full Parameter Fine-tuning for Large Language Models with Limited Resources" (LOMO), 2023, section 3. Differs from the paper: any optimizer
/// may make the step. As there, gradients cannot be clipped by their common norm, which is known only at the end, nor added up over micro-batches.
/// </remarks>
public sealed class OptimizerInBackward : IOptimizer
{
    private readonly IReadOnlyList<Part> _blocks;
    private readonly Part _rest;
    private double _rate = double.NaN;

    /// <param name="create">an optimizer of some of the parameters</param>
    public OptimizerInBackward(CausalLanguageModel model, IReadOnlyList<ParameterGroup> groups, Func<IReadOnlyList<ParameterGroup>, IOptimizer> create)
    {
        var owners = Owners(model);
        _blocks = [.. Enumerable.Range(0, model.Blocks.Count).Select(block => Of(owner => owner == block))];
        _rest = Of(owner => owner is null);

        Part Of(Func<int?, bool> belongs)
        {
            List<ParameterGroup> own = [.. groups
                .Select(group => group with { Parameters = [.. group.Parameters.Where(parameter => belongs(owners.TryGetValue(parameter.Tensor.Handle, out var owner) ? owner : null))] })
                .Where(group => group.Parameters.Count > 0)];
            return new(create(own), [.. own.SelectMany(group => group.Parameters)]);
        }
    }

    public IEnumerable<KeyValuePair<string, Tensor>> State => Parts.SelectMany(part => part.Optimizer.State).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    public double MovedNorm { get; private set; }

    private IEnumerable<Part> Parts => _blocks.Append(_rest);

    public void Begin(double learningRate) => (_rate, MovedNorm) = (learningRate, 0);

    /// <summary>Is told the blocks in the order in which their gradients are complete: <see cref="BlockwisePass.BlockLearned"/>.</summary>
    /// <exception cref="InvalidOperationException">The step has not begun, or its gradients are not finite.</exception>
    public void BlockLearned(int block)
    {
        if (double.IsNaN(_rate)) throw new InvalidOperationException("A block has learned before the step began: the optimizer does not know the learning rate.");
        var part = _blocks[block];
        var norm = GradientClipping.ByNorm(part.Parameters.Select(parameter => parameter.Tensor), double.PositiveInfinity);
        MovedNorm = double.Hypot(MovedNorm, norm);
        if (double.IsFinite(norm)) part.Optimizer.Step(_rate); // otherwise the loop refuses the step, whose norm this is
        foreach (var (_, tensor) in part.Parameters) tensor.grad = null;
    }

    /// <summary>Moves what belongs to no single block.</summary>
    public void Step(double learningRate)
    {
        _rest.Optimizer.Step(learningRate);
        _rate = double.NaN;
    }

    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (var part in Parts)
        {
            var names = part.Parameters.Select(parameter => parameter.Name).ToHashSet();
            part.Optimizer.Load(state.Where(pair => names.Contains(pair.Key[(pair.Key.IndexOf('.') + 1)..])).ToDictionary());
        }
    }

    public void Dispose()
    {
        foreach (var part in Parts) part.Optimizer.Dispose();
    }

    /// <summary>The block of each parameter that belongs to one block alone, by handle.</summary>
    private static Dictionary<nint, int?> Owners(CausalLanguageModel model)
    {
        var inBlocks = model.Blocks.SelectMany((block, index) => block.parameters().Select(parameter => (parameter.Handle, Index: index))).Distinct();
        return inBlocks.GroupBy(item => item.Handle).ToDictionary(group => group.Key, group => group.Count() == 1 ? group.First().Index : (int?)null);
    }

    private sealed record Part(IOptimizer Optimizer, IReadOnlyList<TrainableParameter> Parameters);
}
