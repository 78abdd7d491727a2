using Platform.Modeling;
using Platform.Modeling.Generation;
using Platform.Modeling.Tasks;
using Platform.Peft.Lora;
using Platform.Peft.PrefixTuning;
using Platform.Peft.Prompts;
using Platform.Peft.PromptTuning;
using Platform.Peft.PTuning;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

/// <summary>Virtual tokens in front of the text.</summary>
public sealed class PromptTests : IDisposable
{
    private static readonly int[] Short = [1, 17, 42];
    private static readonly int[] Long = [1, 99, 5, 64, 23, 8];

    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prompt-");
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Places => ["Prompt tuning", "Prefix tuning"];

    public static TheoryData<string> Prompts => [.. EveryMethod.All.Where(method => method.Options is PromptOptions).Select(method => method.Name)];

    public static TheoryData<string> Encoders => ["P-tuning, MLP", "P-tuning, LSTM", "Prefix tuning, projected"];

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory, MemberData(nameof(Places))]
    public void PaddingInABatchDoesNotChangeWhatIsGenerated(string method)
    {
        using var adapter = Attach(method);
        var options = new GenerationOptions { MaxNewTokens = 8 };
        var together = TokenGeneration.Generate(_model, [Short, Long], options);
        Assert.Equal(TokenGeneration.Generate(_model, [Short], options)[0], together[0]);
        Assert.Equal(TokenGeneration.Generate(_model, [Long], options)[0], together[1]);
    }

    [Theory, MemberData(nameof(Places))]
    public void TheCacheKeepsTheVirtualTokens(string method)
    {
        using var adapter = Attach(method);
        var cached = TokenGeneration.Generate(_model, [Long], new GenerationOptions { MaxNewTokens = 8 })[0];
        List<int> ids = [.. Long];
        foreach (var _ in cached) ids.Add((int)_model.Logits(Ids([.. ids]))[0, -1].argmax().item<long>());
        Assert.Equal(ids[Long.Length..], cached);
    }

    [Theory, MemberData(nameof(Places))]
    public void BeamsShareTheVirtualTokens(string method)
    {
        using var adapter = Attach(method);
        var options = new GenerationOptions { MaxNewTokens = 4, Beams = 3 };
        var together = TokenGeneration.Generate(_model, [Short, Long], options);
        Assert.Equal(TokenGeneration.Generate(_model, [Short], options)[0], together[0]);
    }

    [Theory, MemberData(nameof(Places))]
    public void AClassifierReadsTheLastRealToken(string method)
    {
        using var classifier = PretrainedModel.Load<SequenceClassifier>(Llama.Folder, CPU);
        using var adapter = Adapters.Attach(classifier, EveryMethod.Named(method).Options with { TaskType = "SEQ_CLS" }, new Generator(3));
        Assert.Contains(adapter.Parameters, item => item.Name == "base_model.score.weight");

        var pad = ((DecoderConfig)classifier.Config).Decoder.PadTokenId ?? throw new InvalidOperationException("The model has no padding.");
        var alone = classifier.Logits(new TextInputs(Ids(Short)));
        var padded = classifier.Logits(new TextInputs(Ids([.. Short, (int)pad, (int)pad]), tensor(new long[] { 1, 1, 1, 0, 0 }, [1, 5])));
        Assert.InRange(alone.sub(padded).abs().max().item<float>(), 0, 1e-5);
    }

    [Theory, MemberData(nameof(Encoders))]
    public void WithoutItsEncoderAPromptOnlyServes(string method)
    {
        using (var trained = Attach(method)) trained.Save(_folder.FullName);

        using var loaded = Adapters.Load(_model, _folder.FullName);
        Assert.Contains("not be trained further", loaded.ServesOnly);
        Assert.Empty(loaded.Parameters);
        Assert.False(_model.Logits(Ids(Short)).requires_grad);
    }

    [Theory, MemberData(nameof(Encoders))]
    public void AnEncoderIsNotReadFromItsPrompt(string method)
    {
        using var adapter = Attach(method);
        Assert.Null(adapter.ServesOnly);
        adapter.Save(_folder.FullName);
        Assert.Contains("training checkpoint", Assert.Throws<AdapterFormatException>(() => adapter.LoadParameters(_folder.FullName)).Message);
    }

    [Theory, MemberData(nameof(Encoders))]
    public void WhatATrainingCheckpointKeepsRestoresTheAdapter(string method)
    {
        Tensor before;
        Dictionary<string, Tensor> kept;
        using (var adapter = Attach(method))
        {
            before = Llama.Logits(_model);
            kept = adapter.Parameters.ToDictionary(item => item.Name, item => item.Parameter.detach().clone());
        }

        using var resumed = Adapters.Attach(_model, EveryMethod.Named(method).Options, new Generator(9));
        using (no_grad())
        {
            foreach (var (name, parameter) in resumed.Parameters) parameter.copy_(kept[name]);
        }

        Assert.True(before.eq(Llama.Logits(_model)).all().item<bool>());
    }

    [Theory, MemberData(nameof(Prompts))]
    public void TrainingLeavesNoTensorsBehind(string method)
    {
        using var adapter = Attach(method);
        using var ids = Ids(Long);
        using var mask = ones_like(ids);
        Step();
        foreach (var (_, parameter) in adapter.Parameters) parameter.grad!.zero_();
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var logits = _model.Logits(ids, mask);
            using var loss = logits.mean();
            loss.backward();
        }
    }

    [Fact]
    public void AnAdapterOfTheEmbeddingSeesNoVirtualTokens()
    {
        using var prompt = Attach("Prompt tuning");
        var before = Llama.Logits(_model);
        using var embedding = Adapters.Attach(_model, new LoraOptions { Rank = 2, TargetModules = ModulePattern.List("embed_tokens") }, new Generator(1));
        Assert.True(before.eq(Llama.Logits(_model)).all().item<bool>());
        embedding.Dispose();
        Assert.True(before.eq(Llama.Logits(_model)).all().item<bool>());
    }

    [Theory, MemberData(nameof(Places))]
    public void PackedTextsAreRefused(string method)
    {
        using var adapter = Attach(method);
        var positions = tensor(new long[] { 0, 1, 2, 0, 1, 2 }, [1, 6]);
        Assert.Contains("packing", Assert.Throws<NotSupportedException>(() => _model.Logits(Ids(Long), positionIds: positions)).Message);
    }

    [Theory, MemberData(nameof(Places))]
    public void AModelTakesOnePromptAtATime(string method)
    {
        var first = Attach(method);
        Assert.Contains("already", Assert.Throws<InvalidOperationException>(() => Attach(method)).Message);
        first.Dispose();
        using var second = Attach(method);
        Assert.NotNull(_model.Virtual);
    }

    [Theory, MemberData(nameof(Places))]
    public void APromptIsNotMerged(string method)
    {
        using var adapter = Attach(method);
        Assert.Contains("no weights", Assert.Throws<NotSupportedException>(adapter.Merge).Message);
        Assert.Throws<NotSupportedException>(adapter.MergeForGood);
    }

    [Fact]
    public void ThePrefixIsDroppedForEveryTextOnItsOwnAndOnlyInTraining()
    {
        using var adapter = Adapters.Attach(_model, new PTuningV2Options { VirtualTokens = 4, Dropout = 0.5 }, new Generator(3));
        var twice = cat([Ids(Long), Ids(Long)], 0);
        Assert.True(Rows().First.eq(Rows().Second).all().item<bool>());
        _model.train();
        Assert.False(Rows().First.eq(Rows().Second).all().item<bool>());

        (Tensor First, Tensor Second) Rows()
        {
            var logits = _model.Logits(twice);
            return (logits[0], logits[1]);
        }
    }

    [Fact]
    public void TheRowsOfATextAreCutOrRepeated()
    {
        var options = new PromptTuningOptions { VirtualTokens = 5, Init = PromptInit.Text, InitText = "a text", InitTokens = Short };
        using var adapter = Adapters.Attach(_model, options, new Generator(3));
        var table = _model.named_parameters().Single(item => item.name.Contains("embed_tokens", StringComparison.Ordinal)).parameter;
        var expected = table.index_select(0, tensor(new long[] { 1, 17, 42, 1, 17 }));
        Assert.True(adapter.Parameters.Single().Parameter.eq(expected).all().item<bool>());
    }

    [Fact]
    public void EveryFaultOfTheOptionsIsNamed()
    {
        var text = new PromptTuningOptions { VirtualTokens = 0, Init = PromptInit.Text };
        Assert.Equal(2, text.Problems().Count);
        Assert.Contains("tokenizer_name_or_path is missing", Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, new PromptTuningOptions { Init = PromptInit.Text, InitText = "x" }, new Generator(3))).Message);
        Assert.Equal(4, new PTuningOptions { VirtualTokens = 0, EncoderWidth = 0, EncoderLayers = 0, EncoderDropout = 1 }.Problems().Count);
        Assert.Equal(2, new PTuningV2Options { Projection = true, Dropout = double.NaN }.Problems().Count);
    }

    private IAdapter Attach(string method) => Adapters.Attach(_model, EveryMethod.Named(method).Options, new Generator(3));

    private static Tensor Ids(int[] ids) => tensor(ids.Select(id => (long)id).ToArray(), 1, ids.Length);
}
