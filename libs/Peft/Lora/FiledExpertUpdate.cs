using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers.Experts;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Platform.Peft.Lora;

/// <summary>
/// A low-rank update of each of the matrices that a checkpoint keeps on their own and the model in one tensor: <c>w1</c>, <c>w2</c>, <c>w3</c>
/// of every expert, and the router, by the names they had as modules.
/// </summary>
/// <remarks>
/// W' = W + s B A per matrix, as if each were a layer; matrices that are not targeted stay as they are.
/// Hu et al.: "LoRA", 2021. Differs from the paper: it adapts no mixtures of experts; names as in PEFT with transformers 4.
/// </remarks>
internal sealed class FiledExpertUpdate : WeightUpdate
{
    private const string Weights = ".weight";
    private readonly List<Matrix> _matrices;
    private readonly double[] _scalings;

    private FiledExpertUpdate(AdaptableWeight weight, IReadOnlyList<StoredPart> parts, LoraOptions options, Generator? generator)
        : base(weight)
    {
        _matrices = [.. parts.Select(part => Matrix.Of(part, options, generator))];
        _scalings = [.. _matrices.Select(matrix => options.ScalingOf(matrix.Path))];
    }

    public override IEnumerable<(string Key, Parameter Parameter)> Keys => _matrices.Where(matrix => matrix.Down is not null).SelectMany(matrix =>
        ((string, Parameter)[])[($"{LayerAdapter.Prefix}{matrix.Path}.lora_A.weight", matrix.Down!), ($"{LayerAdapter.Prefix}{matrix.Path}.lora_B.weight", matrix.Up!)]);

    /// <summary>An update for every such tensor with a targeted matrix.</summary>
    public static IEnumerable<FiledExpertUpdate> Of(PretrainedModel model, LoraOptions options, Generator? generator) =>
        ModuleTree.OfType<nn.Module>(model)
            .SelectMany(item => Targeted(model, options, item.Path, item.Module))
            .Select(target => new FiledExpertUpdate(target.Weight, target.Parts, options, generator));

    /// <summary>Whether matrices of a module are targeted by the names they have in files, so that its own name may be, too.</summary>
    public static bool Adapts(PretrainedModel model, LoraOptions options, string path, nn.Module module) => Targeted(model, options, path, module).Any();

    private static IEnumerable<(AdaptableWeight Weight, IReadOnlyList<StoredPart> Parts)> Targeted(PretrainedModel model, LoraOptions options, string path, nn.Module module)
    {
        if (options.TargetModules.IsAllLinear || module is not IAdaptableWeights adaptable) yield break;
        var layout = ModelFamily.Of(model.Config).Layout;
        foreach (var (name, weight) in adaptable.AdaptableWeights)
        {
            if (layout.Parts($"{path}.{name}", weight.Parameter) is { } parts && parts.Any(part => LayerTargets.IsTarget(options, PathOf(part)))) yield return (weight, parts);
        }
    }

    /// <summary>The parts lie as in the tensor: expert after expert, and in each one matrix below the other.</summary>
    protected override Tensor Delta()
    {
        using var scope = NewDisposeScope();
        var deltas = _matrices.Zip(_scalings, (matrix, scaling) => matrix.Down is null
            ? zeros(matrix.Shape, ScalarType.Float32, Weight.device)
            : matrix.Up!.mm(matrix.Down).mul(scaling));
        return cat([.. deltas], 0).view(Weight.shape).MoveToOuterDisposeScope();
    }

    protected override void DisposeFactors()
    {
        foreach (var matrix in _matrices)
        {
            matrix.Down?.Dispose();
            matrix.Up?.Dispose();
        }
    }

    private static string PathOf(StoredPart part) => part.Key.EndsWith(Weights, StringComparison.Ordinal) ? part.Key[..^Weights.Length] : part.Key;

    /// <param name="Down">A; null where the matrix is not targeted.</param>
    /// <param name="Up">B, likewise.</param>
    private sealed record Matrix(string Path, long[] Shape, Parameter? Down, Parameter? Up)
    {
        public static Matrix Of(StoredPart part, LoraOptions options, Generator? generator)
        {
            var (path, shape, device) = (PathOf(part), part.Destination.shape, part.Destination.device);
            if (!LayerTargets.IsTarget(options, path)) return new Matrix(path, shape, null, null);
            var rank = options.RankOf(path);
            var down = new Parameter(zeros(rank, shape[1], ScalarType.Float32, device));
            var up = new Parameter(zeros(shape[0], rank, ScalarType.Float32, device));
            if (generator is not null) LoraInitialization.Draw(down, up, null, options.Init, rank, generator);
            return new Matrix(path, shape, down, up);
        }
    }
}
