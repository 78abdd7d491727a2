using Platform.FineTuning.Checkpoints;
using Platform.FineTuning.Optimizers;
using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>
/// The one loop. A step counts what its rows' losses are over, adds up the gradients of its micro-batches, each divided by
/// that count, clips, and moves the parameters. A run that was stopped continues from a checkpoint with the same losses, bit for bit, that it
/// would have had.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly IObjective _objective;
    private readonly ITrainable _trained;
    private readonly Tensor[] _tensors;
    private readonly IOptimizer _optimizer;
    private readonly TimeProvider _clock;
    private long _step;
    private long _tokens;
    private double _loss;

    /// <param name="trained">what the objective's model is trained in</param>
    /// <param name="optimizer">over the same parameters; the run disposes it</param>
    public TrainingRun(TrainingOptions options, IObjective objective, ITrainable trained, IOptimizer optimizer, TimeProvider clock)
    {
        (_options, _objective, _trained, _optimizer, _clock) = (options, objective, trained, optimizer, clock);
        _tensors = [.. trained.Parameters.Select(parameter => parameter.Tensor)];
        Plan = new(options, objective.RowCount);
    }

    public TrainingPlan Plan { get; }

    /// <summary>Called after every step.</summary>
    public Action<TrainingProgress>? Stepped { get; init; }

    /// <summary>Called when a checkpoint is due and when the run is stopped; writes it where it lasts.</summary>
    public Action<TrainingState>? CheckpointDue { get; init; }

    /// <summary>Trains to the end of the plan.</summary>
    /// <exception cref="LossDivergedException">The loss or gradient is no finite number.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; its checkpoint has been written.</exception>
    public TrainingOutcome Run(CancellationToken stop)
    {
        var (firstStep, firstTokens, start) = (_step, _tokens, _clock.GetTimestamp());
        while (_step < Plan.TotalSteps)
        {
            if (stop.IsCancellationRequested)
            {
                if (_step > firstStep) CheckpointDue?.Invoke(State());
                stop.ThrowIfCancellationRequested();
            }

            var (rate, gradNorm) = Step();
            Stepped?.Invoke(new(_step, Plan.TotalSteps, _loss, rate, gradNorm, _tokens, TokensPerSecond(), Remaining()));
            if (_options.CheckpointEverySteps > 0 && _step % _options.CheckpointEverySteps == 0) CheckpointDue?.Invoke(State());
        }

        return new(_step, _tokens, _loss, TokensPerSecond(), firstStep);

        double TokensPerSecond() => (_tokens - firstTokens) / Math.Max(1e-9, _clock.GetElapsedTime(start).TotalSeconds);
        TimeSpan Remaining() => _clock.GetElapsedTime(start) / Math.Max(1, _step - firstStep) * (Plan.TotalSteps - _step);
    }

    /// <summary>Everything that the rest of the run depends on. The tensors stay the run's: write them before the next step.</summary>
    public TrainingState State() => new(
        _step, _tokens, _loss,
        _trained.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor),
        _trained.State.ToDictionary(item => item.Name, item => item.Tensor),
        _optimizer.State.ToDictionary(),
        get_rng_state());

    /// <summary>Continues from a state of an equal run.</summary>
    /// <exception cref="InvalidDataException">The state belongs to another run: a parameter is missing or has another shape.</exception>
    public void Resume(TrainingState state)
    {
        if (state.Step > Plan.TotalSteps) throw new InvalidDataException($"The checkpoint is of step {state.Step}; the run ends at {Plan.TotalSteps}.");
        state.CopyTo(_trained);
        _optimizer.Load(state.Optimizer);
        set_rng_state(state.Random);
        (_step, _tokens, _loss) = (state.Step, state.Tokens, state.Loss);
    }

    public void Dispose() => _optimizer.Dispose();

    private (double LearningRate, double GradNorm) Step()
    {
        var microBatches = Plan.MicroBatches(_step).ToList();
        var weight = 1.0 / Math.Max(1, microBatches.Sum(_objective.Count));
        var (loss, tokens) = (0.0, 0L);
        foreach (var rows in microBatches)
        {
            var part = _objective.Learn(rows, weight);
            using var sum = part.Sum;
            loss += sum.item<float>() * weight;
            tokens += part.Tokens;
        }

        loss += Penalise();
        var gradNorm = GradientClipping.ByNorm(_tensors, _options.MaxGradNorm > 0 ? _options.MaxGradNorm : double.PositiveInfinity);
        if (!double.IsFinite(loss) || !double.IsFinite(gradNorm)) throw new LossDivergedException(_step + 1, loss, gradNorm);

        var rate = Plan.LearningRate(_step);
        _optimizer.Step(rate);
        _trained.AfterStep(_step + 1);
        ClearGradients();
        (_step, _tokens, _loss) = (_step + 1, _tokens + tokens, loss);
        return (rate, gradNorm);
    }

    private double Penalise()
    {
        using var penalty = _trained.Penalty();
        penalty?.backward();
        return penalty?.item<float>() ?? 0;
    }

    private void ClearGradients()
    {
        foreach (var tensor in _tensors) tensor.grad = null;
    }
}
