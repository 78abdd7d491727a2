using Grpc.Core;
using Platform.FineTune.Api.V1Alpha1;
using Platform.FineTune.Operator.Policies;
using Platform.FineTune.Operator.Rendering;
using Platform.Protos.Registry.V1;

namespace Platform.FineTune.Operator.Phases;

/// <summary>Promotes what passes every policy, or refuses it with the reason.</summary>
public sealed class RegisterPhase(StageResults results, RegistryService.RegistryServiceClient registry, TimeProvider time) : IPhase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Stage Stage => Stage.Register;

    public async Task<Outcome> RunAsync(JobRun run, CancellationToken cancellation)
    {
        var checkpoint = run.Checkpoint!;
        var stored = await results.DigestAsync(checkpoint.Artifact().Uri, cancellation);
        if (PromotionPolicies.FirstViolation(new(run.Job.Spec, checkpoint, stored, run.Quantized, run.Scorecard)) is { } violation)
            return new Outcome.Stalled(violation.Reason, violation.Message);
        if (run.Job.Spec.Register is not { } register)
        {
            run.Status = run.Status with { ModelVersion = null };
            run.Holds(Conditions.Registered, Reasons.NotRequested, "spec.register is absent.");
            return Outcome.Completed;
        }

        try
        {
            var version = await registry.RegisterModelAsync(Request(run, register), deadline: time.GetUtcNow().UtcDateTime + Patience, cancellationToken: cancellation);
            run.Status = run.Status with { ModelVersion = new() { Model = version.Model, Version = version.Version, Alias = register.Alias } };
            run.Holds(Conditions.Registered, Reasons.Completed, $"{version.Model} version {version.Version}{(register.Alias is null ? "" : $", alias {register.Alias}")}.");
            return Outcome.Completed;
        }
        catch (RpcException refused) when (refused.IsRefusal())
        {
            return new Outcome.Stalled(Reasons.RegistrationRefused, $"spec.register: {refused.Status.Detail}");
        }
    }

    private static RegisterModelRequest Request(JobRun run, RegisterSpec register)
    {
        var request = new RegisterModelRequest
        {
            Model = register.Model,
            RunId = run.Job.RunId,
            Job = run.Job.Path,
            Alias = register.Alias ?? "",
            Source = run.Tuned(),
            DatasetDigest = run.Status.Dataset!.Digest,
            Quantized = { run.Quantized },
        };
        if (run.Scorecard is { } scorecard) request.Scorecard = scorecard;
        return request;
    }
}
