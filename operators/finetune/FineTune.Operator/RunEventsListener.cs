using Platform.Contracts;
using Platform.Contracts.Evaluation.V1;
using Platform.Contracts.Quantization.V1;
using Platform.Contracts.Training.V1;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Hosting.Bus;
using Platform.Kubernetes.Runtime;

namespace Platform.FineTune.Operator;

/// <summary>Events only say where to look: a lost one delays nothing for longer than the next look, a doubled one changes nothing.</summary>
public sealed class RunEventsListener(IEntityRequeue<FineTuneJob> queue) :
    IEventListener<TrainingProgressed>, IEventListener<TrainingCompleted>, IEventListener<TrainingFailed>, IEventListener<ModelQuantized>, IEventListener<EvaluationCompleted>
{
    // Progress comes every second; the status follows every other.
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(2);

    public Task HearAsync(TrainingProgressed happened, CancellationToken cancellation) => Look(happened, ProgressDelay);

    public Task HearAsync(TrainingCompleted happened, CancellationToken cancellation) => Look(happened, TimeSpan.Zero);

    public Task HearAsync(TrainingFailed happened, CancellationToken cancellation) => Look(happened, TimeSpan.Zero);

    public Task HearAsync(ModelQuantized happened, CancellationToken cancellation) => Look(happened, TimeSpan.Zero);

    public Task HearAsync(EvaluationCompleted happened, CancellationToken cancellation) => Look(happened, TimeSpan.Zero);

    private Task Look(IRunEvent fact, TimeSpan delay)
    {
        queue.Requeue(fact.RunId.ToString(), delay);
        return Task.CompletedTask;
    }
}
