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

    public TinyObjective(int rows, double dropout = 0.2)
    {
        using var generator = new Generator(11);
        (RowCount, Dropout) = (rows, dropout);
        _inputs = randn([rows, 9, Width], generator: generator);
        _targets = randn([rows, 9, 1], generator: generator);
        Parameters = [new("hidden", randn([Width, Width], generator: generator).requires_grad_()), new("out", randn([Width, 1], generator: generator).requires_grad_())];
    }

    public int RowCount { get; }
    public double Dropout { get; }
    public TrainableParameter[] Parameters { get; }

    /// <summary>Multiplies the loss of this row, to break it.</summary>
    public (int Row, double Factor)? Broken { get; init; }

    public LossSum Evaluate(IReadOnlyList<int> rows)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(1);
        var count = 0L;
        foreach (var row in rows)
        {
            var tokens = row % 9 + 1;
            var hidden = nn.functional.dropout(_inputs[row].narrow(0, 0, tokens).matmul(Parameters[0].Tensor).tanh(), Dropout, training: true);
            var errors = hidden.matmul(Parameters[1].Tensor) - _targets[row].narrow(0, 0, tokens);
            sum = sum + errors.pow(2).sum() * (Broken is { } broken && broken.Row == row ? broken.Factor : 1);
            count += tokens;
        }

        return new(sum.sum().MoveToOuterDisposeScope(), count, count);
    }

    public TrainingRun Run(TrainingOptions options, List<double>? losses = null, Action<Checkpoints.TrainingState>? checkpointDue = null, Action? stepped = null) =>
        new(options, this, Parameters, new AdamW([new(Parameters, options.WeightDecay)]), TimeProvider.System)
        {
            Stepped = progress =>
            {
                losses?.Add(progress.Loss);
                stepped?.Invoke();
            },
            CheckpointDue = checkpointDue,
        };

    public void Dispose()
    {
        _inputs.Dispose();
        _targets.Dispose();
        foreach (var (_, tensor) in Parameters) tensor.Dispose();
    }
}
