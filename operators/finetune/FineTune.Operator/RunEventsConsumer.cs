using MassTransit;
using Platform.Contracts;
using Platform.Contracts.Evaluation.V1;
using Platform.Contracts.Quantization.V1;
using Platform.Contracts.Training.V1;
using Platform.FineTune.Api.V1Alpha1;
using Platform.Kubernetes.Runtime;

namespace Platform.FineTune.Operator;

/// <summary>Events only say where to look: a lost one delays nothing for longer than the next look, a doubled one changes nothing.</summary>
public sealed class RunEventsConsumer(IEntityRequeue<FineTuneJob> queue) :
    IConsumer<TrainingProgressed>, IConsumer<TrainingCompleted>, IConsumer<TrainingFailed>, IConsumer<ModelQuantized>, IConsumer<EvaluationCompleted>
{
    // Progress comes every second; the status follows every other.
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(2);

    public Task Consume(ConsumeContext<TrainingProgressed> context) => Look(context.Message, ProgressDelay);

    public Task Consume(ConsumeContext<TrainingCompleted> context) => Look(context.Message, TimeSpan.Zero);

    public Task Consume(ConsumeContext<TrainingFailed> context) => Look(context.Message, TimeSpan.Zero);

    public Task Consume(ConsumeContext<ModelQuantized> context) => Look(context.Message, TimeSpan.Zero);

    public Task Consume(ConsumeContext<EvaluationCompleted> context) => Look(context.Message, TimeSpan.Zero);

    private Task Look(IRunEvent fact, TimeSpan delay)
    {
        queue.Requeue(fact.RunId.ToString(), delay);
        return Task.CompletedTask;
    }
}
