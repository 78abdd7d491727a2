using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Platform.Artifacts;
using Platform.Modeling;
using Platform.Protos.Quantization.V1;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.Quantization.Worker.Tests;

public sealed class QuantizationWorkerTests : IDisposable
{
    private readonly QuantizationRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task AModelIsMergedQuantizedMeasuredAndPublished()
    {
        await _run.WithModelAsync();
        await _run.WithRowsAsync(QuantizationRun.Rows);
        var exit = await _run.RunAsync();
        Assert.True(exit.Code == 0, exit.Error);

        var made = Assert.Single((await _run.ResultAsync()).Models);
        Assert.InRange(made.PerplexityBefore, 1, 1e6);
        Assert.InRange(made.PerplexityAfter, 1, 1e6);
        Assert.NotEqual(made.PerplexityBefore, made.PerplexityAfter);
        Assert.True(made.Artifact.SizeBytes < made.OriginalSizeBytes, $"{made.Artifact.SizeBytes} of {made.OriginalSizeBytes} bytes");
        Assert.Equal(_run.Spec.OutputUri + "nf4/", made.Artifact.Uri);
        Assert.Contains("nf4:", exit.Output);

        var folder = _run.Worker.NewFolder("downloaded");
        await ArtifactFolder.DownloadAsync(_run.Store, ArtifactUri.Parse(made.Artifact.Uri), made.Artifact.Sha256, folder, default);
        using var model = QuantizedModels.Load(folder, CPU);
        Assert.Equal(14, ModuleTree.OfType<Nf4Linear>(model).Count());
        Assert.True(File.Exists(Path.Combine(folder, "tokenizer.json")));
    }

    [Fact]
    public async Task TheSameSpecGivesTheSameModelAndIsDoneOnce()
    {
        await _run.WithModelAsync();
        Assert.Equal(0, (await _run.RunAsync()).Code);
        var first = Assert.Single((await _run.ResultAsync()).Models).Artifact.Sha256;
        Assert.Contains("nothing to do", (await _run.RunAsync()).Output);

        _run.Spec.SpecDigest = "two";
        Assert.Equal(0, (await _run.RunAsync()).Code);
        Assert.Equal(first, Assert.Single((await _run.ResultAsync()).Models).Artifact.Sha256);
    }

    [Fact]
    public async Task AModelThatLosesTooMuchIsRefusedWithTheFigures()
    {
        await _run.WithModelAsync(adapter: false);
        await _run.WithRowsAsync(QuantizationRun.Rows);
        Assert.Equal(0, (await _run.RunAsync()).Code);
        var made = Assert.Single((await _run.ResultAsync()).Models);

        // One allowance just above the rise, one just below: the first passes, the second does not.
        var rise = made.PerplexityAfter - made.PerplexityBefore;
        Assert.True(rise > 0, $"These rows do not show a loss: {made.PerplexityBefore} -> {made.PerplexityAfter}.");
        Assert.Equal(0, (await LimitedAsync(rise * 1.01)).Code);
        var refused = await LimitedAsync(rise * 0.99);
        Assert.Equal(2, refused.Code);
        var failure = (await _run.ResultAsync()).Failure;
        Assert.Equal(("QualityBelowLimit", false), (failure.Reason, failure.Retryable));
        Assert.Contains("max_perplexity_delta allows", failure.Message);
    }

    [Fact]
    public async Task ACutOffFileNamesTheTensor()
    {
        await _run.WithModelAsync(folder =>
        {
            using var file = File.OpenWrite(Path.Combine(folder, "model.safetensors"));
            file.SetLength(file.Length - 16);
        });
        Assert.Equal(2, (await _run.RunAsync()).Code);
        var failure = (await _run.ResultAsync()).Failure;
        Assert.Equal("ModelInvalid", failure.Reason);
        Assert.Contains("model.norm.weight", failure.Message);
    }

    [Fact]
    public async Task AnAdapterOfAnotherModelNamesTheKey()
    {
        await _run.WithModelAsync(folder =>
        {
            foreach (var file in Directory.EnumerateFiles(Testing.Workers.TinyModel.Wide)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        });
        Assert.Equal(2, (await _run.RunAsync()).Code);
        Assert.Contains("lora_A.weight has the shape [4, 32], the model needs [4, 48]", (await _run.ResultAsync()).Failure.Message);
    }

    [Fact]
    public async Task AllProblemsOfASpecAreToldAtOnce()
    {
        _run.Spec.Targets.Clear();
        _run.Spec.Targets.Add(new QuantizationTarget { Format = "int3" });
        _run.Spec.Targets.Add(new QuantizationTarget { Format = "nf4", Bits = 8, GroupSize = 7, MaxPerplexityDelta = -1 });
        var exit = await _run.RunAsync();
        Assert.Equal(2, exit.Code);
        var message = (await _run.ResultAsync()).Failure.Message;
        Assert.All(new[] { "model is missing", "targets[0].format is 'int3'", "targets[1].bits is 8", "targets[1].group_size", "max_perplexity_delta is -1" }, problem => Assert.Contains(problem, message));
    }

    [Fact]
    public async Task BadRowsAreListedByTheirLines()
    {
        await _run.WithModelAsync();
        await _run.WithRowsAsync(QuantizationRun.Rows[0], """{"prompt": "w5"}""");
        Assert.Equal(2, (await _run.RunAsync()).Code);
        var failure = (await _run.ResultAsync()).Failure;
        Assert.Equal("DatasetInvalid", failure.Reason);
        Assert.Contains("line 2: completion is missing", failure.Message);
    }

    [Fact]
    public async Task ConversationsAreMeasuredAsTheTextThatTheChatTemplateWrites()
    {
        await _run.WithModelAsync(folder => Testing.Workers.TinyModel.AddChatTemplate(folder, end: "</s>"));
        await _run.WithRowsAsync("""{"messages": [{"role": "user", "content": "w5 w9"}, {"role": "assistant", "content": "w12 w40"}]}""");
        _run.Spec.Format = "chat";
        Assert.Equal(0, (await _run.RunAsync()).Code);
        var chat = Assert.Single((await _run.ResultAsync()).Models);

        (_run.Spec.Format, _run.Spec.SpecDigest) = ("prompt-completion", "two");
        await _run.WithRowsAsync("""{"prompt": "w3 w5 w9 w4", "completion": "w12 w40"}""");
        Assert.Equal(0, (await _run.RunAsync()).Code);
        var text = Assert.Single((await _run.ResultAsync()).Models);

        Assert.InRange(chat.PerplexityBefore, 1, 1e6);
        Assert.Equal((text.PerplexityBefore, text.PerplexityAfter), (chat.PerplexityBefore, chat.PerplexityAfter));
    }

    [Fact]
    public async Task ConversationsForAModelWithoutAChatTemplateAreRefused()
    {
        await _run.WithModelAsync();
        await _run.WithRowsAsync("""{"messages": [{"role": "user", "content": "w5"}, {"role": "assistant", "content": "w12"}]}""");
        _run.Spec.Format = "chat";
        Assert.Equal(2, (await _run.RunAsync()).Code);
        var failure = (await _run.ResultAsync()).Failure;
        Assert.Equal(("ModelInvalid", false), (failure.Reason, failure.Retryable));
        Assert.Contains("chat_template.jinja", failure.Message);
    }

    [Fact]
    public async Task ATerminatedWorkerSaysSoWithItsExitCode()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _run.Worker.Variables["S3"] = $"http://key:secret@{silent.LocalEndpoint}";
        _run.Worker.Start(JsonFormatter.Default.Format(_run.Spec));
        using var connection = await silent.AcceptTcpClientAsync(); // the worker now waits for the store's answer
        _run.Worker.Terminate();
        Assert.Equal(143, (await _run.Worker.EndAsync()).Code);
    }

    private async Task<Testing.Workers.WorkerExit> LimitedAsync(double limit)
    {
        _run.Spec.SpecDigest = $"limit {limit}";
        _run.Spec.Targets[0].MaxPerplexityDelta = limit;
        return await _run.RunAsync();
    }
}
