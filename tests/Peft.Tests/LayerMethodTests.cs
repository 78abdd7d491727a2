using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Peft.Boft;
using Platform.Peft.Ia3;
using Platform.Peft.LoKr;
using Platform.Peft.Oft;
using Platform.Peft.Vera;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class LayerMethodTests : IDisposable
{
    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void VeraDrawsTheProjectionsThatPeftDraws()
    {
        using var file = new SafeTensorsReader(Path.Combine(Llama.Adapter("vera-llama"), AdapterFiles.WeightsFile));
        using var drawn = VeraProjections.For(_model, new VeraOptions { Rank = 8, Seed = 0, TargetModules = ModulePattern.List("q_proj", "o_proj") });
        Assert.All(drawn.Keys, item => Assert.True(item.Tensor.eq(file.Read(item.Name)).all().item<bool>(), item.Name));
    }

    [Theory]
    [InlineData(256, -1, 16, 16)]
    [InlineData(128, -1, 8, 16)]
    [InlineData(127, -1, 1, 127)]
    [InlineData(128, 4, 4, 32)]
    [InlineData(128, 64, 64, 2)]
    [InlineData(30, 4, 3, 10)]
    public void LoKrDividesSizes(long size, int wished, long first, long second) => Assert.Equal((first, second), LoKrUpdate.Divided(size, wished));

    [Fact]
    public void DropoutActsOnlyWhileTraining()
    {
        var options = new LoKrOptions { Rank = 2, RankDropout = 0.5, ModuleDropout = 0.5, RankDropoutScale = true, Init = LoKrInit.Random, TargetModules = ModulePattern.List("q_proj", "down_proj", "v_proj", "up_proj") };
        using var adapter = Adapters.Attach(_model, options, new Generator(3));
        Assert.True(Llama.Logits(_model).eq(Llama.Logits(_model)).all().item<bool>());
        _model.train();
        Assert.False(Llama.Logits(_model).eq(Llama.Logits(_model)).all().item<bool>());
    }

    [Fact]
    public void InputsThatAreNoTargetsAreRefused() => Assert.Contains("up_proj", Refusal(new Ia3Options
    {
        TargetModules = ModulePattern.List("k_proj"),
        FeedforwardModules = ModulePattern.List("up_proj"),
    }));

    [Fact]
    public void BlocksThatDoNotDivideTheInputsAreRefused() => Assert.Contains("must divide the 32 inputs of model.layers.0.self_attn.q_proj", Refusal(new BoftOptions { BlockSize = 5, TargetModules = ModulePattern.List("q_proj") }));

    [Fact]
    public void BlocksAndTheirSizeAreNotGivenBoth() => Assert.Contains("r is 4 and oft_block_size 8", Refusal(new OftOptions { BlockSize = 8, Blocks = 4 }));

    private string Refusal(AdapterOptions options) => Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, options, new Generator(1))).Message;
}
