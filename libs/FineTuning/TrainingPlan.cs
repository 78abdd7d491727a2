using Platform.FineTuning.Schedules;
using static TorchSharp.torch;

namespace Platform.FineTuning;

/// <summary>
/// Which rows each step trains on and at which learning rate: a function of the step alone, so that a resumed run needs
/// no other memory. The order of epoch e, if rows are shuffled, is randperm from seed + e, as in the Trainer of transformers; like there an
/// epoch's last micro-batch and last step may be smaller than the others.
/// </summary>
public sealed class TrainingPlan
{
    private readonly TrainingOptions _options;
    private readonly int _rows;
    private readonly ISchedule _schedule;
    private (long Epoch, int[] Rows) _order = (-1, []);

    /// <exception cref="ArgumentException">The options are wrong, or there are no rows.</exception>
    public TrainingPlan(TrainingOptions options, int rows)
    {
        var problems = options.Problems();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        if (rows == 0) throw new ArgumentException("There are no rows to train on.", nameof(rows));
        (_options, _rows) = (options, rows);
        StepsPerEpoch = RoundedUp(RoundedUp(rows, options.BatchSize), options.GradientAccumulation);
        TotalSteps = options.MaxSteps ?? (long)Math.Ceiling(options.Epochs!.Value * StepsPerEpoch);
        _schedule = ScheduleCatalog.Create(options.Schedule, TotalSteps, options.LearningRate);
    }

    public long StepsPerEpoch { get; }

    public long TotalSteps { get; }

    /// <param name="step">from 0</param>
    public double LearningRate(long step) => _options.LearningRate * _schedule.FactorAt(step);

    /// <summary>The rows of the micro-batches of a step.</summary>
    /// <param name="step">from 0</param>
    public IEnumerable<int[]> MicroBatches(long step)
    {
        var order = Order(step / StepsPerEpoch);
        var first = (int)(step % StepsPerEpoch) * _options.BatchSize * _options.GradientAccumulation;
        return order.Skip(first).Take(_options.BatchSize * _options.GradientAccumulation).Chunk(_options.BatchSize);
    }

    private int[] Order(long epoch)
    {
        if (_order.Epoch == epoch) return _order.Rows;
        if (!_options.Shuffle)
        {
            _order = (epoch, [.. Enumerable.Range(0, _rows)]);
            return _order.Rows;
        }

        using var generator = new Generator(unchecked((ulong)(_options.Seed + epoch)));
        using var permutation = randperm(_rows, generator: generator);
        _order = (epoch, [.. permutation.data<long>().Select(row => (int)row)]);
        return _order.Rows;
    }

    private static long RoundedUp(long count, long size) => (count + size - 1) / size;
}
