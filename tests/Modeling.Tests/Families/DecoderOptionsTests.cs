using System.Text.Json.Nodes;
using Platform.Modeling.Bloom;
using Platform.Modeling.Gemma2;
using Platform.Modeling.Gemma3;
using Platform.Modeling.Generation;
using Platform.Modeling.Gpt2;
using Platform.Modeling.Layers;
using Platform.Modeling.Opt;
using Platform.Modeling.Phi3;
using Platform.Modeling.Tasks;
using Platform.Testing;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Families;

/// <summary>Options of the decoders that the golden cases leave at their defaults.</summary>
public sealed class DecoderOptionsTests
{
    [Fact]
    public void ScalingByDepthDividesTheScoresOfTheSecondBlockByTwo()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var plain = Model("gpt2");
        using var scaled = Model("gpt2", ("scale_attn_by_inverse_layer_idx", true));
        var ids = Some.Ids(3, 1, 4, 1, 5);
        var logits = scaled.Logits(ids);
        Assert.False(logits.allclose(plain.Logits(ids), 1e-4, 1e-5));

        // Half the scores are what half the queries give.
        var projection = (Linear)ModuleTree.Find(plain, "transformer.h.1.attn.c_attn");
        projection.Weight.narrow(0, 0, projection.InFeatures).mul_(0.5);
        projection.Bias!.narrow(0, 0, projection.InFeatures).mul_(0.5);
        Assert.True(logits.allclose(plain.Logits(ids), 1e-4, 1e-5));
    }

    [Fact]
    public void AnOptWithoutItsFinalNormGivesTheLastBlocksOutputToTheHead()
    {
        using var scope = NewDisposeScope();
        using var model = Model("opt-125m-like", ("_remove_final_layer_norm", true));
        List<Tensor> hidden = [];
        model.HiddenStates(Some.Ids(3, 1, 4), onHidden: state => hidden.Add(state.clone()));
        Assert.True(hidden[^1].eq(hidden[^2]).all().item<bool>());
        Assert.DoesNotContain(model.named_parameters(), pair => pair.name.StartsWith("model.decoder.final_layer_norm", StringComparison.Ordinal));
    }

    [Fact]
    public void AnOptWithoutBiasesAndAffineNormsHasMatricesOnly()
    {
        using var scope = NewDisposeScope();
        using var model = Model("opt-350m-like", ("enable_bias", false), ("layer_norm_elementwise_affine", false));
        Assert.All(model.named_parameters(), pair => Assert.Equal(2, pair.parameter.dim()));
        Assert.True(model.Logits(Some.Ids(3, 1, 4)).isfinite().all().item<bool>());
    }

    [Fact]
    public void OptCountsPositionsByTheMaskUnlessTheyAreGiven()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Model("opt-125m-like");
        var mask = tensor((long[])[0, 0, 1, 1, 1], 1, 5);
        var alone = model.Logits(Some.Ids(5, 6, 7));
        Assert.True(model.Logits(Some.Ids(1, 1, 5, 6, 7), mask).narrow(1, 2, 3).allclose(alone, 1e-4, 1e-5));
        Assert.False(model.Logits(Some.Ids(5, 6, 7), positionIds: Some.Ids(1, 2, 3)).allclose(alone, 1e-4, 1e-5));
    }

    [Fact]
    public void ABloomThatAddsToTheNormedInputForgetsTheInputsLength()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Model("bloom", ("apply_residual_connection_post_layernorm", true));
        using var context = model.PrepareForward(Some.Ids(3, 1, 4));
        using var generator = Seeds.Generator(7, CPU);
        var x = randn([1, 3, model.Config.HiddenSize], generator: generator) * 100; // beside it the norms' epsilon is nothing
        Assert.True(model.RunBlock(0, x * 3, context).allclose(model.RunBlock(0, x, context), 1e-4, 1e-4));
    }

    [Fact]
    public void SlopesOfHeadsThatAreNoPowerOfTwoAreThePapers()
    {
        double[] eight = [.. Enumerable.Range(1, 8).Select(i => Math.Pow(2, -i))];
        Assert.Equal(eight, Alibi.Slopes(8), (a, b) => Math.Abs(a - b) < 1e-12);
        double[] between = [Math.Pow(2, -0.5), Math.Pow(2, -1.5), Math.Pow(2, -2.5), Math.Pow(2, -3.5)];
        Assert.Equal([.. eight, .. between], Alibi.Slopes(12), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void PackedDocumentsOfABloomDoNotSeeEachOther()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Model("bloom");
        var packed = model.Logits(Some.Ids(5, 6, 7, 9, 8), positionIds: Some.Ids(0, 1, 2, 0, 1));
        Assert.True(packed.narrow(1, 3, 2).allclose(model.Logits(Some.Ids(9, 8)), 1e-4, 1e-5));
    }

    [Fact]
    public void DropoutOfTheConfigActsInTrainingOnly()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        foreach (var (name, key) in ((string, string)[])[("gpt2", "attn_pdrop"), ("gpt2", "embd_pdrop"), ("gpt2", "resid_pdrop"), ("opt-125m-like", "dropout"), ("bloom", "hidden_dropout"), ("gemma2", "attention_dropout"), ("llama", "attention_dropout")])
        {
            using var model = Model(name, (key, 0.5));
            var ids = Some.Ids(3, 1, 4, 1, 5);
            var quiet = model.Logits(ids);
            Assert.True(quiet.eq(model.Logits(ids)).all().item<bool>());
            model.train();
            Assert.False(model.Logits(ids).allclose(quiet, 1e-4, 1e-5), $"{name} {key}");
        }
    }

    [Fact]
    public void ATextLongerThanTheLearnedPositionsIsRefused()
    {
        using var scope = NewDisposeScope();
        using var model = Model("gpt2");
        Assert.Contains("Position 64", Assert.Throws<ArgumentOutOfRangeException>(() => model.Logits(ones([1, 65], ScalarType.Int64))).Message);
    }

    [Fact]
    public void APhi3MayRotatePartOfEachHeadAndCallLongRopeByItsOldNames()
    {
        using var scope = NewDisposeScope();
        using var model = Model("phi3", ("partial_rotary_factor", 0.5));
        Assert.True(model.Logits(Some.Ids(3, 1, 4)).isfinite().all().item<bool>());
        Assert.Equal(4, ((Phi3Config)model.Config).AttentionOf(0).RotatedWidth);

        var json = Config("phi3-longrope");
        json["rope_scaling"]!["type"] = "su";
        Assert.Equal(RotaryOptions.LongRope, Phi3Config.Parse(json).Rotary.Kind);
        json["rope_scaling"]!["short_factor"] = new JsonArray(1.0);
        Assert.Contains("short_factor holds 1", Assert.Throws<ModelConfigException>(() => Phi3Config.Parse(json)).Message);
    }

    /// <summary>Beyond the original length all positions turn by other angles, so what was cached before must not be used.</summary>
    [Fact]
    public void LongRopeGeneratesBeyondItsOriginalLengthAsWithoutACache()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Model("phi3-longrope");
        var prompts = tensor((long[])[0, 0, 7, 9, 4, 11, 3, 5, 8, 2, 6, 1], 2, 6);
        var mask = tensor((long[])[0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 2, 6);
        var generated = TokenGeneration.Generate(model, prompts, mask, new GenerationOptions { MaxNewTokens = 16 });

        var expected = prompts;
        for (var i = 0; i < 16; i++)
        {
            var whole = cat([mask, ones([2, i], ScalarType.Int64)], 1);
            var logits = model.Logits(expected, whole, (whole.cumsum(1) - 1).clamp_min(0));
            expected = cat([expected, logits.select(1, -1).argmax(-1, keepdim: true)], 1);
        }

        Assert.True(generated.eq(expected).all().item<bool>(), $"{string.Join(" ", generated.data<long>())} and {string.Join(" ", expected.data<long>())}");
    }

    [Fact]
    public void SoftCapsThatAreNullBoundNothingAndThoseThatAreAbsentAreTheFamilys()
    {
        var json = Config("gemma2");
        json["attn_logit_softcapping"] = null;
        json.Remove("final_logit_softcapping");
        var config = Gemma2Config.Parse(json);
        Assert.Null(config.ScoreSoftCap);
        Assert.Equal(30, config.LogitSoftCap);
        Assert.Null(Gemma3Config.Parse(Config("gemma3-text")).LogitSoftCap);
    }

    [Fact]
    public void WhatIsNotSupportedIsRefusedByName()
    {
        foreach (var (name, key, value) in ((string, string, JsonNode)[])[("gpt2", "add_cross_attention", true), ("opt-125m-like", "layerdrop", 0.1), ("gemma2", "use_bidirectional_attention", true), ("gemma3-text", "use_bidirectional_attention", true), ("phi3", "resid_pdrop", 0.1), ("gpt2", "activation_function", "swoosh"), ("bloom", "hidden_dropout", 1.5)])
        {
            var json = Config(name);
            json[key] = value;
            Assert.Contains(key, Assert.Throws<ModelConfigException>(() => PretrainedModel.Create<PretrainedModel>(json, META)).Message);
        }
    }

    [Fact]
    public void ClassifiersOfDecodersAreNamedAsInTransformers()
    {
        foreach (var (name, head) in ((string, string)[])[("gpt2", "classifier"), ("bloom", "classifier"), ("gemma2", "score")])
        {
            using var tokens = PretrainedModel.Create<TokenClassifier>(Config(name), META);
            Assert.Contains(tokens.named_parameters(), pair => pair.name == $"{head}.bias");
        }

        using var texts = PretrainedModel.Create<SequenceClassifier>(Config("opt-350m-like"), META);
        Assert.Equal((long[])[2, 24], texts.named_parameters().Single(pair => pair.name == "score.weight").parameter.shape);
        Assert.Equal("Gemma3TextForSequenceClassification", ModelFamily.Of(Config("gemma3-text"), typeof(SequenceClassifier)).Architecture);
    }

    private static JsonObject Config(string name) => ModelConfig.ReadJson(Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models", name, ModelConfig.FileName));

    private static CausalLanguageModel Model(string name, params (string Key, JsonNode Value)[] changes)
    {
        var json = Config(name);
        json["initializer_range"] = 0.5;
        json["init_std"] = 0.5;
        foreach (var (key, value) in changes) json[key] = value;
        var model = PretrainedModel.Create<CausalLanguageModel>(json, CPU, ScalarType.Float32);
        using var generator = Seeds.Generator(1, CPU);
        model.Initialize(generator);
        model.eval();
        return model;
    }
}
