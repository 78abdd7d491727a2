using System.Text.Json.Nodes;
using Platform.Modeling.ChatGlm;
using Platform.Modeling.Glm;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using Platform.Testing;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Families;

public sealed class GlmTests
{
    private const long Width = 16; // of a head in the golden cases

    private static readonly string Cases = Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models");

    [Fact]
    public void NeighbouringPairsAreRotatedAsHalvesOfARearrangedHeadAreAndTheRestStays()
    {
        using var scope = NewDisposeScope();
        using var generator = Seeds.Generator(5, CPU);
        var x = randn([2, 3, 4, 12], generator: generator);
        var positions = tensor((long[])[0, 1, 5, 9], 1, 4);
        var pairs = RotaryEmbedding.Apply(x, RotaryEmbedding.Angles(new RotaryOptions { Interleaved = true }, 8, positions, ScalarType.Float32));
        var order = tensor((long[])[0, 2, 4, 6, 1, 3, 5, 7]);
        var halves = RotaryEmbedding.Apply(x.index_select(-1, order), RotaryEmbedding.Angles(new RotaryOptions(), 8, positions, ScalarType.Float32));

        Assert.True(pairs.narrow(-1, 0, 8).index_select(-1, order).eq(halves).all().item<bool>());
        Assert.True(pairs.narrow(-1, 8, 4).eq(x.narrow(-1, 8, 4)).all().item<bool>());
        Assert.False(pairs.narrow(-1, 0, 8).allclose(x.narrow(-1, 0, 8), 1e-3, 1e-3));
    }

    [Fact]
    public void ARotatedPartThatSplitsAPairIsRefused()
    {
        var json = Config("glm");
        json["partial_rotary_factor"] = 0.45; // 7 of 16
        Assert.Contains("partial_rotary_factor", Assert.Throws<ModelConfigException>(() => GlmConfig.Parse(json)).Message);
        json["partial_rotary_factor"] = 0;
        Assert.Contains("partial_rotary_factor", Assert.Throws<ModelConfigException>(() => GlmConfig.Parse(json)).Message);
    }

    [Fact]
    public void HeadsWithKeysOfTheirOwnLieHeadByHeadInTheFusedProjection()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var grouped = ChatGlm(("multi_query_group_num", 4));
        using var own = ChatGlm(("multi_query_attention", false));
        var source = grouped.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (var (name, parameter) in own.named_parameters())
        {
            // [q heads, k heads, v heads] -> [q, k, v] of each head
            var value = name.Contains("query_key_value", StringComparison.Ordinal)
                ? source[name].reshape(3, 4, Width, -1).transpose(0, 1).reshape(parameter.shape)
                : source[name];
            parameter.copy_(value);
        }

        Assert.True(own.Logits(Some.Ids(5, 6, 7)).allclose(grouped.Logits(Some.Ids(5, 6, 7)), 1e-5, 1e-6));
    }

    [Fact]
    public void VariantsOfTheBlockHoldTheParametersTheyName()
    {
        using var scope = NewDisposeScope();
        using var model = ChatGlm(("rmsnorm", false), ("add_bias_linear", true), ("post_layer_norm", false), ("apply_residual_connection_post_layernorm", true));
        var names = model.named_parameters().Select(pair => pair.name).ToHashSet();
        Assert.Contains("transformer.encoder.layers.0.input_layernorm.bias", names);
        Assert.Contains("transformer.encoder.layers.0.mlp.dense_4h_to_h.bias", names);
        Assert.DoesNotContain("transformer.encoder.final_layernorm.weight", names);

        List<Tensor> hidden = [];
        model.HiddenStates(Some.Ids(5, 6, 7), onHidden: state => hidden.Add(state.clone()));
        Assert.True(hidden[^1].eq(hidden[^2]).all().item<bool>());
        Assert.True(hidden[^1].isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData("position_encoding_2d", "true"), InlineData("pre_seq_len", "128"), InlineData("quantization_bit", "4")]
    [InlineData("fp32_residual_connection", "true"), InlineData("kv_channels", "6"), InlineData("multi_query_group_num", "3"), InlineData("hidden_dropout", "1")]
    public void WhatIsNotSupportedIsRefusedByName(string key, string value)
    {
        var json = Config("chatglm3");
        json[key] = JsonNode.Parse(value);
        Assert.Contains(key, Assert.Throws<ModelConfigException>(() => ChatGlmConfig.Parse(json)).Message);
    }

    [Fact]
    public void AClassifierReadsTheLastPositionAndStartsWithANewHead()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var classifier = PretrainedModel.Load<SequenceClassifier>(Path.Combine(Cases, "chatglm3"), CPU);
        var alone = classifier.Logits(new TextInputs(Some.Ids(5, 6, 7)));
        var padded = classifier.Logits(new TextInputs(Some.Ids(0, 0, 5, 6, 7), tensor((long[])[0, 0, 1, 1, 1], 1, 5), PositionIds: Some.Ids(0, 0, 0, 1, 2)));
        Assert.Equal((long[])[1, 2], alone.shape);
        Assert.True(padded.allclose(alone, 1e-4, 1e-5));
        Assert.Contains(classifier.named_parameters(), pair => pair.name == "classifier_head.bias");
        Assert.Equal("ChatGLMForSequenceClassification", classifier.Config.Architecture);
    }

    private static JsonObject Config(string name) => ModelConfig.ReadJson(Path.Combine(Cases, name, ModelConfig.FileName));

    private static CausalLanguageModel ChatGlm(params (string Key, JsonNode Value)[] changes)
    {
        var json = Config("chatglm3");
        json["initializer_range"] = 0.3;
        foreach (var (key, value) in changes) json[key] = value;
        var model = PretrainedModel.Create<CausalLanguageModel>(json, CPU, ScalarType.Float32);
        using var generator = Seeds.Generator(1, CPU);
        model.Initialize(generator);
        model.eval();
        return model;
    }
}
