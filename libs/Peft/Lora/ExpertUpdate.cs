using Platform.Modeling;
using Platform.Modeling.Layers.Experts;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Lora;

/// <summary>A low-rank update of a weight that is no layer's: of a router, or of all experts in one tensor.</summary>
/// <remarks>
/// W'[e] = W[e] + s B[e] A[e] for each expert e; A lies as [E r, in], expert by expert, B as [out, r E], the expert's index fastest.
/// Hu et al.: "LoRA", 2021. Differs from the paper: it adapts no mixtures of experts; layout as in PEFT's target_parameters.
/// </remarks>
internal sealed class ExpertUpdate : WeightUpdate
{
    private readonly double _scaling;
    private readonly string _path;

    private ExpertUpdate(string path, AdaptableWeight weight, int rank, double scaling)
        : base(weight)
    {
        (_path, _scaling) = (path, scaling);
        var shape = weight.Parameter.shape;
        var (ranks, device) = (shape.Length == 3 ? shape[0] * rank : rank, weight.Parameter.device);
        Down = new Parameter(zeros(ranks, shape[^1], ScalarType.Float32, device));
        Up = new Parameter(zeros(shape[^2], ranks, ScalarType.Float32, device));
    }

    /// <summary>A.</summary>
    public Parameter Down { get; }

    /// <summary>B.</summary>
    public Parameter Up { get; }

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => [($"{LayerAdapter.Prefix}{_path}.lora_A.weight", Down), ($"{LayerAdapter.Prefix}{_path}.lora_B.weight", Up)];

    /// <summary>An update for each named parameter; of those in one module the first named lies innermost.</summary>
    /// <exception cref="ArgumentException">A name matches no such parameter; the message names those there are.</exception>
    public static List<ExpertUpdate> Of(PretrainedModel model, LoraOptions options, Generator? generator)
    {
        if (options.TargetParameters is not { Count: > 0 } names) return [];
        var modules = ModuleTree.OfType<nn.Module>(model).Where(item => item.Module is IAdaptableWeights).Select(item => (item.Path, Weights: ((IAdaptableWeights)item.Module).AdaptableWeights)).ToList();
        var there = modules.SelectMany(module => module.Weights.Select(weight => $"{module.Path}.{weight.Name}")).ToList();
        if (names.Where(name => !there.Exists(path => Names(name, path))).ToList() is [_, ..] missing)
            throw new ArgumentException($"target_parameters [{string.Join(", ", missing)}] match no parameter of the model that can be adapted so; it has: {string.Join(", ", there.Select(path => string.Join('.', path.Split('.')[^2..])).Distinct())}.");

        List<ExpertUpdate> updates = [];
        foreach (var (path, weights) in modules)
        {
            var chosen = names.SelectMany(name => weights.Where(weight => Names(name, $"{path}.{weight.Name}"))).Distinct().ToList();
            foreach (var (index, (name, weight)) in chosen.Index())
            {
                var nested = string.Concat(Enumerable.Repeat(".base_layer", chosen.Count - 1 - index));
                var update = new ExpertUpdate(path + nested, weight, options.RankOf($"{path}.{name}"), options.ScalingOf($"{path}.{name}"));
                if (generator is not null) LoraInitialization.Draw(update.Down, update.Up, null, options.Init, options.RankOf($"{path}.{name}"), generator);
                updates.Add(update);
            }
        }

        return updates;
    }

    protected override void DisposeFactors()
    {
        Down.Dispose();
        Up.Dispose();
    }

    private static bool Names(string name, string path) => path == name || path.EndsWith("." + name, StringComparison.Ordinal);

    /// <summary>s B A in float32, of the weight's shape.</summary>
    protected override Tensor Delta()
    {
        using var scope = NewDisposeScope();
        if (Weight.dim() == 2) return Up.mm(Down).mul(_scaling).MoveToOuterDisposeScope();
        var experts = Weight.shape[0];
        var down = Down.view(experts, -1, Down.shape[1]);                          // [experts, rank, in]
        var up = Up.view(Up.shape[0], -1, experts).permute(2, 0, 1);               // [experts, out, rank]
        return up.matmul(down).mul(_scaling).MoveToOuterDisposeScope();
    }
}
