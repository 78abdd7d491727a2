using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class LoraVariantsTests : IDisposable
{
    private static readonly ModulePattern Queries = ModulePattern.List("q_proj");

    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData(LoraInit.Pissa)]
    [InlineData(LoraInit.Olora)]
    public void PrincipalPartsMoveFromTheWeightToTheFactorsAndBack(LoraInit init)
    {
        var layer = (Linear)ModuleTree.Find(_model, "model.layers.0.self_attn.q_proj");
        var (weight, logits) = (layer.Weight.detach().clone(), Llama.Logits(_model));
        using (var adapter = Adapters.Attach(_model, new LoraOptions { Rank = 4, Alpha = 12, TargetModules = Queries, Init = init }, new Generator(1)))
        {
            Assert.True(Difference(weight, layer.Weight) > 0.01);
            Assert.InRange(Difference(logits, Llama.Logits(_model)), 0, 1e-4);
            adapter.Enabled = false;
            Assert.Equal(0, Difference(logits, Llama.Logits(_model)));
        }

        Assert.Equal(0, Difference(weight, layer.Weight));
    }

    [Fact]
    public void ARankAboveTheWeightsIsRefusedAndTheModelStaysAsItWas()
    {
        var logits = Llama.Logits(_model);
        var refusal = Assert.Throws<ArgumentException>(() => Adapters.Attach(_model, new LoraOptions { Rank = 99, TargetModules = Queries, Init = LoraInit.Pissa }, new Generator(1)));
        Assert.Contains("32 inputs and 32 outputs", refusal.Message);
        Assert.Equal(0, Difference(logits, Llama.Logits(_model)));
    }

    [Fact]
    public void MagnitudesBeginAsTheLengthsOfTheRows()
    {
        using var adapter = (LayerAdapter)Adapters.Attach(_model, new LoraOptions { Rank = 4, TargetModules = Queries, WeightDecomposed = true }, new Generator(1));
        var (_, layer, update) = adapter.Updates.First();
        Assert.InRange(Difference(((Linear)layer.Base).Weight.norm(1), ((DoraUpdate)update).Magnitude), 0, 1e-6);
    }

    [Fact]
    public void OnlyTheChosenTokensChange()
    {
        var before = Llama.Logits(_model);
        using var adapter = (LayerAdapter)Adapters.Attach(_model, new LoraOptions { Rank = 2, TargetModules = Queries, TrainableTokens = [42, 5] }, new Generator(1));
        Assert.Equal(0, Difference(before, Llama.Logits(_model)));

        using (no_grad()) adapter.Updates.Select(item => item.Update).OfType<TokenRowsUpdate>().Single().Rows.mul_(2);
        var after = Llama.Logits(_model); // 42 is the third of six tokens
        Assert.Equal(0, Difference(before[0].narrow(0, 0, 2), after[0].narrow(0, 0, 2)));
        Assert.True(Difference(before[0, 2], after[0, 2]) > 1e-3);
    }

    [Fact]
    public void ATokenBeyondTheEmbeddingIsRefused() => Assert.Contains("0..127", Assert.Throws<ArgumentException>(() =>
        Adapters.Attach(_model, new LoraOptions { TargetModules = Queries, TrainableTokens = [128] }, new Generator(1))).Message);

    [Fact]
    public void AMergeIntoATiedHeadIsUndoneBitByBit()
    {
        using var tied = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(RepositoryFolder.Fixtures, "peft", "_base", "gpt2"), CPU);
        var before = tied.parameters().Select(parameter => parameter.detach().clone()).ToList();
        using (var adapter = Adapters.Attach(tied, new LoraOptions { Rank = 2, TargetModules = ModulePattern.List("wte", "lm_head"), Init = LoraInit.Random, TaskType = null }, new Generator(1)))
        {
            Assert.Equal(new ModelClass("GPT2LMHeadModel", "transformers.models.gpt2.modeling_gpt2"), adapter.Options.AutoMapping);
            adapter.Merge();
            adapter.Unmerge();
        }

        Assert.All(before.Zip(tied.parameters()), pair => Assert.Equal(0, Difference(pair.First, pair.Second)));
    }

    [Fact]
    public void AClassifiersHeadIsTrainedWithoutBeingNamed()
    {
        using var classifier = PretrainedModel.Load<SequenceClassifier>(Path.Combine(RepositoryFolder.Fixtures, "peft", "_base", "bert"), CPU);
        using var adapter = Adapters.Attach(classifier, new LoraOptions { Rank = 2, TargetModules = ModulePattern.List("query"), TaskType = "SEQ_CLS" }, new Generator(1));
        Assert.Equal(["classifier", "score"], ((LoraOptions)adapter.Options).ModulesToSave);
        Assert.Contains("base_model.model.classifier.weight", adapter.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void LoftQMakesUpForRounding()
    {
        var weight = rand(32, 48, generator: new Generator(3)).sub(0.5);
        using var factors = LoftQ.Decompose(weight, 4, 5, Round);
        var plain = Round(weight).sub(weight).norm().item<float>();
        var rest = factors.Rounded.add(factors.Up.mm(factors.Down)).sub(weight).norm().item<float>();
        Assert.InRange(rest, 0, 0.9 * plain);

        static Tensor Round(Tensor values) => values.mul(4).round().div(4);
    }

    [Fact]
    public void AppliedLoftQLeavesTheRoundedBaseAndNearlyTheSameModel()
    {
        var logits = Llama.Logits(_model);
        using var adapter = (LayerAdapter)Adapters.Attach(_model, new LoraOptions { Rank = 8, Alpha = 16, TargetModules = Queries }, new Generator(1));
        LoftQ.Apply(adapter, 3, weight => weight.mul(8).round().div(8));
        var corrected = Difference(logits, Llama.Logits(_model));
        adapter.Enabled = false;
        Assert.InRange(corrected, 1e-4, 0.9 * Difference(logits, Llama.Logits(_model)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void ALoftQIsNearerToTheModelThanItsRoundedBase(int bits)
    {
        var logits = Llama.Logits(_model);
        double rounded;
        using (var plain = (LayerAdapter)Adapters.Attach(_model, new LoraOptions { Rank = 8, TargetModules = Queries }, new Generator(1)))
        {
            var copies = plain.Updates.Select(item => (Layer: (Linear)item.Layer.Base, Copy: ((Linear)item.Layer.Base).Copy())).ToList();
            foreach (var (layer, _) in copies) layer.SetWeight(NormalFloat.Round(layer.Weight, bits));
            rounded = Difference(logits, Llama.Logits(_model));
            foreach (var (_, copy) in copies) copy.Restore();
        }

        using var adapter = Adapters.Attach(_model, new LoraOptions { Rank = 8, TargetModules = Queries, Init = LoraInit.LoftQ, LoftQ = new LoftQOptions { Bits = bits, Iterations = 5 } }, new Generator(1));
        Assert.InRange(Difference(logits, Llama.Logits(_model)), 1e-6, 0.9 * rounded);
    }

    [Fact]
    public void NormalFloatsOfFourBitsAreThoseOfQlora()
    {
        // Dettmers et al., 2023, appendix E.
        double[] published =
        [
            -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
            0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
        ];
        Assert.All(NormalFloat.Values(4).data<float>().Zip(published), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        Assert.Equal([4, 256], new[] { 2, 8 }.Select(bits => (int)NormalFloat.Values(bits).unique().output.shape[0]));
    }

    [Fact]
    public void PowerIterationsLeaveHardlyMoreThanTheExactPrincipalPart()
    {
        Assert.InRange(Residual(new LoraOptions { Rank = 8, TargetModules = Queries, Init = LoraInit.Pissa, PowerIterations = 4 }) / Residual(new LoraOptions { Rank = 8, TargetModules = Queries, Init = LoraInit.Pissa }), 1, 1.05);

        double Residual(LoraOptions options)
        {
            using var adapter = (LayerAdapter)Adapters.Attach(_model, options, new Generator(1));
            return adapter.Updates.Sum(item => ((Linear)item.Layer.Base).Weight.square().sum().item<float>());
        }
    }

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
