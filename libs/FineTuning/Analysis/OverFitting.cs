namespace Platform.FineTuning.Analysis;

/// <summary>A validation loss that has risen by more than 5 % since its lowest value, over at least two measurements, while the training loss fell.</summary>
public sealed class OverFitting : IDetector
{
    private const double LeastRise = 0.05;
    private const int Around = 10;

    public string Kind => "over-fitting";

    public Finding? Find(RunHistory history)
    {
        var measured = history.Measurements;
        if (measured.Count < 3) return null;
        var best = measured.MinBy(record => record.EvalLoss)!;
        var last = measured[^1];
        if (measured.Count(record => record.Step > best.Step) < 2 || last.EvalLoss < best.EvalLoss * (1 + LeastRise)) return null;
        var (then, now) = (TrainingLoss(history, best.Step), TrainingLoss(history, last.Step));
        if (!(now < then)) return null;
        return new(
            Kind,
            FormattableString.Invariant($"the validation loss was lowest in step {best.Step} with {best.EvalLoss:g4} and ended at {last.EvalLoss:g4}, while the training loss fell from {then:g4} to {now:g4}."),
            "Set training.loadBestModelAtEnd or training.earlyStopping, train for fewer epochs, or add rows, dropout or weight decay.",
            [best.Step, last.Step],
            new Dictionary<string, double> { ["best_step"] = best.Step, ["best_eval_loss"] = best.EvalLoss!.Value, ["last_eval_loss"] = last.EvalLoss!.Value, ["train_loss_then"] = then, ["train_loss_now"] = now });
    }

    private static double TrainingLoss(RunHistory history, long step) =>
        Level.Of(history.Steps.Where(record => record.Step <= step).TakeLast(Around).Select(record => record.Loss!.Value)).Median;
}
