using Platform.Workers;

namespace Platform.Training.Worker.Tests;

public sealed class ChatTrainingTests : IAsyncDisposable
{
    private const string Template =
        "{%- for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System turns are not supported.') }}{% endif %}"
        + "{{ m.role + ': ' + m.content }}{% if m.role == 'assistant' %}{{ '<end>' }}{% endif %}{{ '\n' }}{% endfor -%}"
        + "{%- if add_generation_prompt %}{{ 'assistant: ' }}{% endif -%}";

    private static readonly string[] Rows =
        [.. Enumerable.Range(0, 20).Select(i => $$"""{"messages": [{"role": "user", "content": "What is {{i}} plus one?"}, {"role": "assistant", "content": "{{i + 1}}"}]}""")];

    private readonly WorkerSetting _setting = new();

    [Fact]
    public async Task ConversationsAreLearnedThroughTheModelsChatTemplate()
    {
        var spec = await _setting.SpecAsync(AddTemplate, "chat", Rows);
        spec.Hyperparameters.MaxSteps = 10;
        spec.Validation = spec.Train;

        var (exitCode, output, result) = await _setting.RunAsync(spec);

        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.True(result.Checkpoint is { Steps: 10, Tokens: > 0, FinalLoss: > 0, ValidationLoss: > 0 });
        Assert.Contains("on 20 rows", output);
    }

    [Fact]
    public async Task AModelWithoutAChatTemplateIsRefusedWithWhatToDo()
    {
        var (exitCode, _, result) = await _setting.RunAsync(await _setting.SpecAsync(format: "chat", rows: Rows));

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Equal((FailureReasons.ModelInvalid, false), (result.Failure.Reason, result.Failure.Retryable));
        Assert.All(["chat template", "tokenizer_config.json", "chat_template.jinja"], part => Assert.Contains(part, result.Failure.Message));
    }

    [Fact]
    public async Task AConversationThatTheTemplateRefusesIsNamedWithItsLine()
    {
        var spec = await _setting.SpecAsync(AddTemplate, "chat", [.. Rows, """{"messages": [{"role": "system", "content": "Be brief."}, {"role": "assistant", "content": "2"}]}"""]);

        var (exitCode, _, result) = await _setting.RunAsync(spec);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Equal((FailureReasons.DatasetInvalid, false), (result.Failure.Reason, result.Failure.Retryable));
        Assert.Contains("1 bad rows: line 21: the chat template refuses the conversation: System turns are not supported.", result.Failure.Message);
    }

    public ValueTask DisposeAsync() => _setting.DisposeAsync();

    private static void AddTemplate(string folder) => File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), Template);
}
