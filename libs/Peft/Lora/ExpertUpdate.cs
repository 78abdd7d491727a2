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
internal sealed class ExpertUpdate : IWeightUpdate
{
    private readonly AdaptableWeight _weight;
    private readonly Func<Tensor> _change;
    private readonly double _scaling;
    private readonly string _path;
    private Tensor? _beforeMerge;
    private bool _added;

    private ExpertUpdate(string path, AdaptableWeight weight, int rank, double scaling)
    {
        (_path, _weight, _scaling) = (path, weight, scaling);
        var shape = weight.Parameter.shape;
        var (ranks, device) = (shape.Length == 3 ? shape[0] * rank : rank, weight.Parameter.device);
        Down = new Parameter(zeros(ranks, shape[^1], ScalarType.Float32, device));
        Up = new Parameter(zeros(shape[^2], ranks, ScalarType.Float32, device));
        _change = Delta;
    }

    /// <summary>A.</summary>
    public Parameter Down { get; }

    /// <summary>B.</summary>
    public Parameter Up { get; }

    public IEnumerable<(string Key, Parameter Parameter)> Keys => [($"{LayerAdapter.Prefix}{_path}.lora_A.weight", Down), ($"{LayerAdapter.Prefix}{_path}.lora_B.weight", Up)];

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
                if (generator is not null) update.Draw(options.Init, options.RankOf($"{path}.{name}"), generator);
                updates.Add(update);
            }
        }

        return updates;
    }

    public void Act(bool acts)
    {
        if (acts == _added) return;
        _added = acts;
        if (acts) _weight.Add(_change);
        else _weight.Remove(_change);
    }

    public void Merge(bool forGood)
    {
        using var noGradients = no_grad();
        if (!forGood) _beforeMerge = _weight.Parameter.detach().clone().DetachFromDisposeScope();
        using var delta = Delta();
        _weight.Parameter.add_(delta);
        Act(false);
    }

    public void Unmerge()
    {
        if (_beforeMerge is null) return;
        using var noGradients = no_grad();
        _weight.Parameter.copy_(_beforeMerge);
        Forget();
        Act(true);
    }

    public void Forget()
    {
        _beforeMerge?.Dispose();
        _beforeMerge = null;
    }

    public void Dispose()
    {
        Act(false);
        Forget();
        Down.Dispose();
        Up.Dispose();
    }

    private static bool Names(string name, string path) => path == name || path.EndsWith("." + name, StringComparison.Ordinal);

    private void Draw(LoraInit init, int rank, Generator generator)
    {
        using var noGradients = no_grad();
        ParameterDraws.Uniform(Down, Down.shape[1], generator);
        ParameterDraws.Uniform(Up, Up.shape[1], generator);
        if (init == LoraInit.Random) return;

        if (init == LoraInit.Gaussian) ParameterDraws.Normal(Down, 0, 1.0 / rank, generator);
        else ParameterDraws.Uniform(Down, Down.shape[1], generator);
        Up.zero_();
    }

    /// <summary>s B A in float32, of the weight's shape.</summary>
    private Tensor Delta()
    {
        using var scope = NewDisposeScope();
        if (_weight.Parameter.dim() == 2) return Up.mm(Down).mul(_scaling).MoveToOuterDisposeScope();
        var experts = _weight.Parameter.shape[0];
        var down = Down.view(experts, -1, Down.shape[1]);                          // [experts, rank, in]
        var up = Up.view(Up.shape[0], -1, experts).permute(2, 0, 1);               // [experts, out, rank]
        return up.matmul(down).mul(_scaling).MoveToOuterDisposeScope();
    }
}
