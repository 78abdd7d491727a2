using System.Collections.Frozen;
using Platform.FineTuning.Memory;
using Platform.FineTuning.Supervised;
using Platform.Modeling;

namespace Platform.FineTuning.Optimizers;

/// <summary>The optimizers a job can name.</summary>
public static class OptimizerCatalog
{
    private const int GaLoreRank = 128;

    private sealed record Entry(string[] Figures, Func<IReadOnlyList<ParameterGroup>, OptimizerOptions, IOptimizer> Create);

    private static readonly string[] Adams = ["beta1", "beta2", "epsilon"];

    private static readonly FrozenDictionary<string, Entry> ByName = new Dictionary<string, Entry>
    {
        ["adamw"] = new(Adams, (groups, options) => new AdamW(groups, AdamOf(options))),
        ["adam"] = new(Adams, (groups, options) => new Adam(groups, AdamOf(options))),
        ["adamw-8bit"] = new(Adams, (groups, options) => new AdamW8Bit(groups, AdamOf(options))),
        ["galore-adamw"] = new([.. Adams, "galoreRank"], (groups, options) => new GaLoreAdamW(groups, options.Rank ?? GaLoreRank, options: AdamOf(options, epsilon: 1e-6))),
        ["lion"] = new(["beta1", "beta2"], (groups, options) => new Lion(groups, options.Beta1 ?? 0.9, options.Beta2 ?? 0.99)),
        ["sgd"] = new(["momentum"], (groups, options) => new StochasticGradientDescent(groups, options.Momentum ?? 0)),
        ["rmsprop"] = new(["momentum", "epsilon"], (groups, options) => new RmsProp(groups, epsilon: options.Epsilon ?? 1e-8, momentum: options.Momentum ?? 0)),
        ["adagrad"] = new(["epsilon"], (groups, options) => new Adagrad(groups, epsilon: options.Epsilon ?? 1e-10)),
        // The Trainer of transformers, too, gives it the schedule's rate instead of one of its own.
        ["adafactor"] = new(["beta1"], (groups, options) => new Adafactor(groups, new() { Beta1 = options.Beta1, ScaleParameter = false, RelativeStep = false })),
    }.ToFrozenDictionary();

    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The figures of <see cref="OptimizerOptions"/> that an optimizer has, by their names in a job.</summary>
    public static IReadOnlyList<string> FiguresOf(string name) => ByName[name].Figures;

    /// <summary>The optimizer that a run's options ask for, over groups of its parameters.</summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static IOptimizer Create(TrainingOptions options, IReadOnlyList<TrainableParameter> parameters) => Factory(options)(ParameterGroups.Of(parameters, options));

    /// <summary>The same for a run over an objective: within its backward pass, where the options say so.</summary>
    /// <exception cref="ArgumentException">The options are wrong, or the objective has no blocks to go through.</exception>
    public static IOptimizer Create(TrainingOptions options, IReadOnlyList<TrainableParameter> parameters, PretrainedModel model, IObjective objective)
    {
        if (!options.OptimizerInBackward) return Create(options, parameters);
        return model is CausalLanguageModel causal && objective is SupervisedObjective supervised
            ? CreateInBackward(options, causal, parameters, supervised)
            : throw new ArgumentException("optimizerInBackward is true; only causal language models are learned block by block, set false.", nameof(options));
    }

    /// <summary>The same optimizer, which moves the parameters of each block within the backward pass of an objective.</summary>
    /// <inheritdoc cref="Create"/>
    public static IOptimizer CreateInBackward(TrainingOptions options, CausalLanguageModel model, IReadOnlyList<TrainableParameter> parameters, SupervisedObjective objective)
    {
        var optimizer = new OptimizerInBackward(model, ParameterGroups.Of(parameters, options), Factory(options));
        objective.BlockLearned = optimizer.BlockLearned;
        return optimizer;
    }

    private static Func<IReadOnlyList<ParameterGroup>, IOptimizer> Factory(TrainingOptions options)
    {
        var problems = options.Optimizer.Problems().ToList();
        return problems.Count == 0
            ? groups => MasterWeights.Around(groups, own => ByName[options.Optimizer.Name].Create(own, options.Optimizer))
            : throw new ArgumentException(string.Join(" ", problems), nameof(options));
    }

    private static AdamOptions AdamOf(OptimizerOptions options, double epsilon = 1e-8) =>
        new() { Beta1 = options.Beta1 ?? 0.9, Beta2 = options.Beta2 ?? 0.999, Epsilon = options.Epsilon ?? epsilon };
}
