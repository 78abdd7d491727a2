using Platform.Protos.Evaluation.V1;

namespace Platform.Workers.Tests;

public sealed class WorkerHostTests : IDisposable
{
    private readonly WorkerProcess _worker = new();

    public void Dispose() => _worker.Dispose();

    [Fact]
    public async Task AResultCarriesTheRunAndTheDigestOfItsSpec()
    {
        Assert.Equal(ExitCodes.Success, await _worker.RunAsync((_, _, _) => Task.FromResult(Scored(0.5))));
        var result = await _worker.ResultAsync();
        Assert.Equal((_worker.Spec.RunId, "one", 0.5), (result.RunId, result.SpecDigest, result.Scorecard.Scores.Single().Value));
    }

    [Fact]
    public async Task ASpecThatIsDoneAlreadyIsNotDoneAgain()
    {
        await _worker.RunAsync((_, _, _) => Task.FromResult(Scored(0.5)));
        Assert.Equal(ExitCodes.Success, await _worker.RunAsync((_, _, _) => throw new InvalidOperationException("It ran again.")));
        Assert.Equal(0.5, (await _worker.ResultAsync()).Scorecard.Scores.Single().Value);
    }

    [Fact]
    public async Task AnotherSpecReplacesTheResult()
    {
        await _worker.RunAsync((_, _, _) => Task.FromResult(Scored(0.5)));
        _worker.Spec.SpecDigest = "two";
        _worker.Write(_worker.Spec);
        await _worker.RunAsync((_, _, _) => Task.FromResult(Scored(0.75)));
        Assert.Equal(0.75, (await _worker.ResultAsync()).Scorecard.Scores.Single().Value);
    }

    [Fact]
    public async Task AFailureOnlyANewSpecCanHelpEndsWithTwoAndItsReason()
    {
        Assert.Equal(ExitCodes.Failed, await _worker.RunAsync((_, _, _) => throw new WorkerFailureException(FailureReasons.ModelInvalid, "The tensor lm_head.weight is cut off.")));
        var failure = (await _worker.ResultAsync()).Failure;
        Assert.Equal(("ModelInvalid", "The tensor lm_head.weight is cut off.", false), (failure.Reason, failure.Message, failure.Retryable));
    }

    [Fact]
    public async Task AnUnforeseenExceptionMayBeRetried()
    {
        Assert.Equal(ExitCodes.Retry, await _worker.RunAsync((_, _, _) => throw new InvalidOperationException("The disk is full.")));
        var failure = (await _worker.ResultAsync()).Failure;
        Assert.Equal(("WorkerCrashed", true), (failure.Reason, failure.Retryable));
        Assert.Contains("The disk is full.", failure.Message);
    }

    [Fact]
    public async Task AFailedAttemptIsTriedAgain()
    {
        await _worker.RunAsync((_, _, _) => throw new InvalidOperationException("once"));
        Assert.Equal(ExitCodes.Success, await _worker.RunAsync((_, _, _) => Task.FromResult(Scored(1))));
        Assert.Equal(EvaluationResult.OutcomeOneofCase.Scorecard, (await _worker.ResultAsync()).OutcomeCase);
    }

    [Fact]
    public async Task AnAttemptThatFailsLateDoesNotOverwriteASuccess()
    {
        var exit = await _worker.RunAsync(async (_, _, _) =>
        {
            await _worker.RunAsync((_, _, _) => Task.FromResult(Scored(1)));
            throw new InvalidOperationException("The slower of two attempts failed.");
        });
        Assert.Equal(ExitCodes.Retry, exit);
        Assert.Equal(EvaluationResult.OutcomeOneofCase.Scorecard, (await _worker.ResultAsync()).OutcomeCase);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"runId\": \"x\", \"specDigest\": \"\", \"outputUri\": \"/tmp\"}")]
    [InlineData("not json")]
    [InlineData("{\"noSuchField\": 1}")]
    public async Task ASpecThatCannotBeReadIsNotRetried(string json)
    {
        _worker.WriteSpec(json);
        Assert.Equal(ExitCodes.Failed, await _worker.RunAsync((_, _, _) => throw new InvalidOperationException("It ran.")));
    }

    [Fact]
    public void AllProblemsOfTheEnvironmentAreToldAtOnce()
    {
        var problems = Assert.Throws<WorkerFailureException>(() => WorkerEnvironment.Read(name => name switch { "REPORT_TO" => "nowhere", "PLATFORM_ATTEMPT" => "0", _ => null }));
        Assert.All(new[] { "PLATFORM_SPEC", "S3", "REPORT_TO is 'nowhere'", "PLATFORM_ATTEMPT is '0'" }, part => Assert.Contains(part, problems.Message));
    }

    private static EvaluationResult Scored(double value) => new() { Scorecard = new Scorecard { Scores = { new Score { Metric = "exact_match", Value = value } } } };
}
