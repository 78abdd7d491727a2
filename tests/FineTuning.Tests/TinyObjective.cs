using Platform.FineTuning;
using Platform.FineTuning.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests;

/// <summary>
/// A regression with dropout, small enough to look at: row i has i % 9 + 1 supervised tokens, so that micro-batches
/// weigh differently and the order of rows and the random stream both show in the loss.
/// </summary>
internal sealed class TinyObjective : IObjective, IDisposable
{
    private const int Width = 8;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;

    public TinyObjective(int rows, double dropout = 0.2, ScalarType dtype = ScalarType.Float32, ulong seed = 11, TrainableParameter[]? parameters = null)
    {
        using var generator = new Generator(seed);
        (RowCount, Dropout) = (rows, dropout);
        _inputs = randn([rows, 9, Width], generator: generator).to(dtype);
        _targets = randn([rows, 9, 1], generator: generator).to(dtype);
        Parameters = parameters ??
        [
            new("hidden", randn([Width, Width], generator: generator).to(dtype).requires_grad_()),
            new("out", randn([Width, 1], generator: generator).to(dtype).requires_grad_()),
        ];
    }

    public int RowCount { get; }
    public double Dropout { get; }
    public TrainableParameter[] Parameters { get; }

    /// <summary>Multiplies the loss of this row, to break it.</summary>
    public (int Row, double Factor)? Broken { get; init; }

    public long Count(IReadOnlyList<int> rows) => rows.Sum(Tokens);

    public LossSum Learn(IReadOnlyList<int> rows, double weight) => LossSum.Backward(Loss(rows, isTraining: true), weight, Count(rows), Count(rows));

    public LossSum Measure(IReadOnlyList<int> rows)
    {
        using var noGradients = no_grad();
        return new(Loss(rows, isTraining: false), Count(rows), Count(rows));
    }

    private static long Tokens(int row) => row % 9 + 1;

    private Tensor Loss(IReadOnlyList<int> rows, bool isTraining)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(1);
        foreach (var row in rows)
        {
            var hidden = nn.functional.dropout(_inputs[row].narrow(0, 0, Tokens(row)).matmul(Parameters[0].Tensor).tanh(), Dropout, isTraining);
            var errors = hidden.matmul(Parameters[1].Tensor) - _targets[row].narrow(0, 0, Tokens(row));
            sum = sum + errors.to(ScalarType.Float32).pow(2).sum() * (Broken is { } broken && broken.Row == row ? broken.Factor : 1);
        }

        return sum.sum().MoveToOuterDisposeScope();
    }

    /// <summary>All weights, one after the other.</summary>
    public float[] Weights() => [.. Parameters.SelectMany(parameter => parameter.Tensor.to(ScalarType.Float32).data<float>().ToArray())];

    public TrainingRun Run(
        TrainingOptions options, List<double>? losses = null, Action<Checkpoints.TrainingState>? checkpointDue = null, Action? stepped = null,
        IObjective? validation = null, Func<long, Checkpoints.TrainingState>? checkpointOf = null, List<Measurement>? measured = null, Checkpoints.RunIdentity? identity = null) =>
        new(options, this, new TrainedParameters(Parameters), OptimizerCatalog.Create(options, Parameters), TimeProvider.System)
        {
            Validation = validation,
            CheckpointOf = checkpointOf,
            Measured = measured is null ? null : measured.Add,
            Identity = identity ?? Checkpoints.RunIdentity.Unknown,
            Stepped = progress =>
            {
                losses?.Add(progress.Loss);
                stepped?.Invoke();
            },
            CheckpointDue = checkpointDue,
        };

    /// <summary>For rows that share another objective's weights.</summary>
    public void DisposeRows()
    {
        _inputs.Dispose();
        _targets.Dispose();
    }

    public void Dispose()
    {
        DisposeRows();
        foreach (var (_, tensor) in Parameters) tensor.Dispose();
    }
}
