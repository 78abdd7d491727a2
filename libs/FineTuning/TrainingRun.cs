using Platform.FineTuning.Checkpoints;
using Platform.FineTuning.Optimizers;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>
/// The one loop. A step counts what its rows' losses are over, adds up the gradients of its micro-batches, each divided by
/// that count, clips, and moves the parameters. A run that was stopped continues from a checkpoint with the same losses, bit for bit, that it
/// would have had.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    /// <summary>A loss scale that has shrunk to this many times less than 1 will not save the run.</summary>
    private const double SmallestScale = 1.0 / 16384;

    private readonly TrainingOptions _options;
    private readonly IObjective _objective;
    private readonly ITrainable _trained;
    private readonly Tensor[] _tensors;
    private readonly IOptimizer _optimizer;
    private readonly TimeProvider _clock;
    private readonly LossScale? _scale;
    private readonly WeightAverage? _average;
    private readonly DivergenceWatch _watch;
    private RunProgress _progress = new();

    /// <param name="trained">what the objective's model is trained in</param>
    /// <param name="optimizer">over the same parameters; the run disposes it</param>
    public TrainingRun(TrainingOptions options, IObjective objective, ITrainable trained, IOptimizer optimizer, TimeProvider clock)
    {
        (_options, _objective, _trained, _optimizer, _clock) = (options, objective, trained, optimizer, clock);
        _tensors = [.. trained.Parameters.Select(parameter => parameter.Tensor)];
        Plan = new(options, objective.RowCount);
        _scale = options.ScaleLoss ? new() : null;
        _average = options.AverageDecay > 0 ? new(trained.Parameters, options.AverageDecay) : null;
        _watch = new(options.DivergenceFactor);
    }

    public TrainingPlan Plan { get; }

    /// <summary>Whose the run's checkpoints are.</summary>
    public RunIdentity Identity { get; init; } = RunIdentity.Unknown;

    /// <summary>Rows to measure on and never learn; null: none.</summary>
    public IObjective? Validation { get; init; }

    /// <summary>Called after every step.</summary>
    public Action<TrainingProgress>? Stepped { get; init; }

    /// <summary>Called after every measurement on validation rows.</summary>
    public Action<Measurement>? Measured { get; init; }

    /// <summary>Called when a checkpoint is due, after a new lowest validation loss if that one is to be loaded at the end, and when the run is stopped;
    /// writes it where it lasts.</summary>
    public Action<TrainingState>? CheckpointDue { get; init; }

    /// <summary>Reads the checkpoint of a step that <see cref="CheckpointDue"/> got; the run disposes it.</summary>
    public Func<long, TrainingState>? CheckpointOf { get; init; }

    /// <summary>Trains to the end of the plan, or until the validation loss no longer falls.</summary>
    /// <exception cref="LossDivergedException">The loss or gradient is no finite number, or the loss runs away.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; its checkpoint has been written.</exception>
    public TrainingOutcome Run(CancellationToken stop)
    {
        if (_options.Validation.LoadBestAtEnd && (Validation is null or { RowCount: 0 } || CheckpointOf is null)) throw new InvalidOperationException("The best weights can only be loaded from checkpoints of a run that has validation rows.");
        var speed = new Speed(_clock, _progress);
        var firstStep = _progress.Step;
        try
        {
            if (MeasureIfDue(stop)) CheckpointDue?.Invoke(State());
            while (_progress.Step < Plan.TotalSteps && !_progress.Validation.HasEnded)
            {
                stop.ThrowIfCancellationRequested();
                var figures = Step();
                Stepped?.Invoke(speed.Of(figures, _progress, Plan.TotalSteps));
                var isToBeKept = MeasureIfDue(stop);
                if (isToBeKept || (_options.CheckpointEverySteps > 0 && _progress.Step % _options.CheckpointEverySteps == 0)) CheckpointDue?.Invoke(State());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (_progress.Step > firstStep) CheckpointDue?.Invoke(State());
            throw;
        }

        return Outcome(firstStep, speed.TokensPerSecond(_progress));
    }

    /// <summary>Everything that the rest of the run depends on. The tensors stay the run's: write them before the next step.</summary>
    public TrainingState State() => new(
        _progress,
        Identity,
        _trained.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Tensor),
        _trained.State.ToDictionary(item => item.Name, item => item.Tensor),
        _optimizer.State.ToDictionary(),
        _average?.Averages ?? new Dictionary<string, Tensor>(),
        get_rng_state());

    /// <summary>Continues from a state of an equal run.</summary>
    /// <exception cref="ForeignCheckpointException">The state is of another job, model or dataset.</exception>
    /// <exception cref="InvalidDataException">The state belongs to another run: a parameter is missing or has another shape.</exception>
    public void Resume(TrainingState state)
    {
        var differences = Identity.DifferencesFrom(state.Identity);
        if (differences.Count > 0) throw new ForeignCheckpointException(state.Step, differences);
        if (state.Step > Plan.TotalSteps) throw new InvalidDataException($"The checkpoint is of step {state.Step}; the run ends at {Plan.TotalSteps}.");
        _progress = state.Progress;
        state.CopyTo(_trained);
        _optimizer.Load(state.Optimizer);
        _average?.Load(state.Average, _progress.AverageUpdates);
        if (_progress.LossScale is { } scale) _scale?.Load(scale, _progress.GoodSteps);
        _watch.Load(_progress.FirstLosses, _progress.LastLosses);
        set_rng_state(state.Random);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
    }

    private StepFigures Step()
    {
        var start = _clock.GetTimestamp();
        var number = _progress.Step + 1;
        SeedAccelerator(number);
        var microBatches = Plan.MicroBatches(_progress.Step).ToList();
        var rate = Plan.LearningRate(_progress.Step);
        _optimizer.Begin(rate);
        var (loss, tokens, dataWait) = Learn(microBatches);
        var scale = _scale?.Scale ?? 1;
        var isUsable = _scale?.Unscale(_tensors) ?? true;
        var gradNorm = GradientClipping.ByNorm(_tensors, _options.MaxGradNorm > 0 ? _options.MaxGradNorm : double.PositiveInfinity);
        gradNorm = double.Hypot(gradNorm, _optimizer.MovedNorm);
        Refuse(number, loss, isUsable ? gradNorm : double.PositiveInfinity, scale, microBatches);
        if (isUsable) Move(rate, number);
        _scale?.Update(isUsable);
        ClearGradients();
        _progress = _progress with
        {
            Step = number,
            Tokens = _progress.Tokens + tokens,
            Loss = loss,
            SkippedSteps = _progress.SkippedSteps + (isUsable ? 0 : 1),
            LossScale = _scale?.Scale,
            GoodSteps = _scale?.GoodSteps ?? 0,
            AverageUpdates = _average?.Updates ?? 0,
            FirstLosses = _watch.First,
            LastLosses = _watch.Last,
        };
        return new(rate, gradNorm, scale, number / (double)Plan.StepsPerEpoch, _clock.GetElapsedTime(start), dataWait);
    }

    private (double Loss, long Tokens, TimeSpan DataWait) Learn(List<int[]> microBatches)
    {
        var weight = 1.0 / Math.Max(1, microBatches.Sum(_objective.Count));
        var (loss, tokens, dataWait) = (0.0, 0L, TimeSpan.Zero);
        foreach (var rows in microBatches)
        {
            var part = _objective.Learn(rows, weight * (_scale?.Scale ?? 1));
            using var sum = part.Sum;
            loss += sum.item<float>() * weight;
            tokens += part.Tokens;
            dataWait += part.DataWait;
        }

        return (loss + Penalise(), tokens, dataWait);
    }

    private double Penalise()
    {
        using var penalty = _trained.Penalty();
        using var scaled = penalty?.mul(_scale?.Scale ?? 1);
        scaled?.backward();
        return penalty?.item<float>() ?? 0;
    }

    private void Move(double rate, long number)
    {
        _optimizer.Step(rate);
        _trained.AfterStep(number);
        _average?.Update();
    }

    /// <summary>An infinite gradient is no reason while losses are scaled: the next scale is smaller.</summary>
    private void Refuse(long step, double loss, double gradNorm, double scale, List<int[]> microBatches)
    {
        var before = _watch.Last;
        var isFinite = double.IsFinite(loss) && (double.IsFinite(gradNorm) || (_scale is not null && scale > SmallestScale));
        if (isFinite && !_watch.HasDiverged(loss)) return;
        var cause = isFinite ? $"the run has diverged, its mean loss over {DivergenceWatch.Window} steps is {_watch.Last.Average():g4} and began at {_watch.First.Average():g4}" : "the loss or its gradient is no finite number";
        throw new LossDivergedException(step, loss, gradNorm, [.. microBatches.SelectMany(rows => rows)], before, cause);
    }

    /// <summary>Resumed runs may find a measurement due that the stop prevented.</summary>
    /// <returns>whether these are the best weights so far and will be asked for at the end</returns>
    private bool MeasureIfDue(CancellationToken stop)
    {
        var (step, every) = (_progress.Step, _options.Validation.EverySteps);
        var isDue = step == Plan.TotalSteps || (every > 0 && step % every == 0);
        if (Validation is null or { RowCount: 0 } || step == 0 || !isDue || _progress.Validation.Step == step) return false;
        var start = _clock.GetTimestamp();
        var loss = ValidationLoss(Validation, stop);
        _progress = _progress with { Validation = _progress.Validation.After(step, loss, _options.Validation) };
        var isBest = _progress.Validation.BestStep == step;
        Measured?.Invoke(new(step, loss, isBest, _clock.GetElapsedTime(start)));
        return isBest && _options.Validation.LoadBestAtEnd;
    }

    private double ValidationLoss(IObjective validation, CancellationToken stop)
    {
        using var averages = _average?.Lend();
        return validation.MeanLoss(_options.BatchSize, stop)!.Value;
    }

    private TrainingOutcome Outcome(long firstStep, double tokensPerSecond)
    {
        var validation = _progress.Validation;
        var outcome = new TrainingOutcome(_progress.Step, _progress.Tokens, _progress.Loss, tokensPerSecond, firstStep)
        {
            ValidationLoss = validation.Loss,
            StoppedEarly = validation.HasEnded,
            SkippedSteps = _progress.SkippedSteps,
        };
        if (!_options.Validation.LoadBestAtEnd || validation.BestStep == _progress.Step)
        {
            _average?.CopyToWeights();
            return outcome;
        }

        using var best = CheckpointOf!(validation.BestStep);
        best.CopyParametersTo(_trained);
        _average?.Load(best.Average, best.Progress.AverageUpdates);
        _average?.CopyToWeights();
        return outcome with { ValidationLoss = validation.BestLoss, WeightsOfStep = validation.BestStep };
    }

    /// <summary>An accelerator's generator cannot be read into a checkpoint, so its stream begins anew in every step.</summary>
    private void SeedAccelerator(long step)
    {
        if (_tensors is [{ device_type: DeviceType.CUDA }, ..]) cuda.manual_seed(Seeds.Derive(_options.Seed, $"step {step}"));
    }

    private void ClearGradients()
    {
        foreach (var tensor in _tensors) tensor.grad = null;
    }
}
