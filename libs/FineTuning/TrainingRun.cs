using Platform.FineTuning.Checkpoints;
using Platform.FineTuning.Optimizers;
using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>
/// The one loop. A step adds up the losses of its micro-batches and counts what they are over, divides once, clips, and
/// moves the parameters. A run that was stopped continues from a checkpoint with the same losses, bit for bit, that it
/// would have had.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly IObjective _objective;
    private readonly IReadOnlyList<TrainableParameter> _parameters;
    private readonly Tensor[] _tensors;
    private readonly IOptimizer _optimizer;
    private readonly TimeProvider _clock;
    private long _step;
    private long _tokens;
    private double _loss;

    /// <param name="optimizer">over the same parameters; the run disposes it</param>
    public TrainingRun(TrainingOptions options, IObjective objective, IReadOnlyList<TrainableParameter> parameters, IOptimizer optimizer, TimeProvider clock)
    {
        (_options, _objective, _parameters, _optimizer, _clock) = (options, objective, parameters, optimizer, clock);
        _tensors = [.. parameters.Select(parameter => parameter.Tensor)];
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
    public TrainingState State() => new(_step, _tokens, _loss, _parameters.ToDictionary(p => p.Name, p => p.Tensor), _optimizer.State.ToDictionary(), get_rng_state());

    /// <summary>Continues from a state of an equal run.</summary>
    /// <exception cref="InvalidDataException">The state belongs to another run: a parameter is missing or has another shape.</exception>
    public void Resume(TrainingState state)
    {
        if (state.Step > Plan.TotalSteps) throw new InvalidDataException($"The checkpoint is of step {state.Step}; the run ends at {Plan.TotalSteps}.");
        state.CopyParametersTo(_parameters);
        _optimizer.Load(state.Optimizer);
        set_rng_state(state.Random);
        (_step, _tokens, _loss) = (state.Step, state.Tokens, state.Loss);
    }

    public void Dispose() => _optimizer.Dispose();

    private (double LearningRate, double GradNorm) Step()
    {
        var (loss, count, tokens) = (0.0, 0L, 0L);
        foreach (var rows in Plan.MicroBatches(_step))
        {
            var part = _objective.Evaluate(rows);
            using var sum = part.Sum;
            sum.backward();
            loss += sum.item<float>();
            count += part.Count;
            tokens += part.Tokens;
        }

        DivideGradients(count);
        loss /= Math.Max(1, count);
        var gradNorm = GradientClipping.ByNorm(_tensors, _options.MaxGradNorm > 0 ? _options.MaxGradNorm : double.PositiveInfinity);
        if (!double.IsFinite(loss) || !double.IsFinite(gradNorm)) throw new LossDivergedException(_step + 1, loss, gradNorm);

        var rate = Plan.LearningRate(_step);
        _optimizer.Step(rate);
        ClearGradients();
        (_step, _tokens, _loss) = (_step + 1, _tokens + tokens, loss);
        return (rate, gradNorm);
    }

    private void DivideGradients(long count)
    {
        using var noGradients = no_grad();
        foreach (var tensor in _tensors)
        {
            using var gradient = tensor.grad;
            gradient?.div_(Math.Max(1, count)).Dispose();
        }
    }

    private void ClearGradients()
    {
        foreach (var tensor in _tensors) tensor.grad = null;
    }
}
