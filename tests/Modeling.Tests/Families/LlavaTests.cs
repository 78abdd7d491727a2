using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Llava;
using Platform.Testing;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Families;

public sealed class LlavaTests
{
    private const long Image = 70;

    private static readonly string Golden = Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models", "llava");

    [Theory]
    [InlineData("model.vision_tower.vision_model.")]
    [InlineData("model.vision_tower.")]
    public void FilesWithNewKeysAreReadLikeThoseWithOldOnes(string tower)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var folder = new TemporaryFolder();
        using var model = (LlavaForConditionalGeneration)PretrainedModel.Load(Golden, CPU);
        var tensors = model.named_parameters().ToDictionary(pair => pair.name.Replace("model.vision_tower.vision_model.", tower, StringComparison.Ordinal), pair => pair.parameter.detach());
        Assert.Contains("model.language_model.layers.0.self_attn.q_proj.weight", tensors.Keys);
        File.Copy(Path.Combine(Golden, ModelConfig.FileName), Path.Combine(folder.Path, ModelConfig.FileName));
        ModelFolder.Save(folder.Path, tensors, null);

        using var again = (LlavaForConditionalGeneration)PretrainedModel.Load(folder.Path, CPU);
        Assert.True(again.Seeing(Pixels()).Logits(Prompt()).eq(model.Seeing(Pixels()).Logits(Prompt())).all().item<bool>());
    }

    [Fact]
    public void ImagesChangeWhatFollowsThemOnly()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = (LlavaForConditionalGeneration)PretrainedModel.Load(Golden, CPU);
        var (one, other) = (model.Seeing(Pixels()).Logits(Prompt()), model.Seeing(Pixels() * 2).Logits(Prompt()));
        Assert.True(one.narrow(1, 0, 1).eq(other.narrow(1, 0, 1)).all().item<bool>());
        Assert.False(one.narrow(1, 1, 5).allclose(other.narrow(1, 1, 5), 1e-3, 1e-3));
        Assert.True(model.Logits(Some.Ids(5, 6)).eq(model.Logits(Some.Ids(5, 6, 7)).narrow(1, 0, 2)).all().item<bool>());
    }

    [Fact]
    public void TextsWithoutAPlaceForEveryFeatureAreRefused()
    {
        using var scope = NewDisposeScope();
        using var model = (LlavaForConditionalGeneration)PretrainedModel.Load(Golden, CPU);
        var failure = Assert.Throws<ArgumentException>(() => model.Seeing(Pixels()).Logits(Some.Ids(5, Image, 6)));
        Assert.Contains("1 image tokens (id 70); 1 images need 4", failure.Message);
    }

    [Fact]
    public void SeveralLayersWithTheClassTokenGiveWiderFeaturesAndMore()
    {
        using var scope = NewDisposeScope();
        var json = Config();
        json["vision_feature_layer"] = new JsonArray(0, -2, -1);
        json["vision_feature_select_strategy"] = "full";
        using var model = (LlavaForConditionalGeneration)PretrainedModel.Create<CausalLanguageModel>(json, CPU, ScalarType.Float32);
        using var generator = Seeds.Generator(1, CPU);
        model.Initialize(generator);
        Assert.Equal((long[])[24, 3 * 16], model.named_parameters().Single(pair => pair.name == "model.multi_modal_projector.linear_1.weight").parameter.shape);
        Assert.Equal((long[])[1, 5, 24], model.ImageFeatures(Pixels()).shape);

        var written = LlavaConfig.Parse(model.Config.ToJson(), model.Config.Text);
        Assert.Equal(model.Config.FeatureLayers, written.FeatureLayers);
        Assert.False(written.DropsClassToken);
    }

    [Fact]
    public void WhatIsNotSupportedIsRefusedByName()
    {
        Refused("vision_feature_layer", json => json["vision_feature_layer"] = 7);
        Refused("vision_feature_select_strategy", json => json["vision_feature_select_strategy"] = "some");
        Refused("projector_hidden_act", json => json["projector_hidden_act"] = "swoosh");
        Refused("vision_config.model_type", json => json["vision_config"]!["model_type"] = "siglip_vision_model");
        Refused("text_config.model_type", json => json["text_config"] = ModelConfig.ReadJson(Path.Combine(Golden, "..", "gpt2", ModelConfig.FileName)));

        static void Refused(string name, Action<JsonObject> change)
        {
            var json = Config();
            change(json);
            Assert.Contains(name, Assert.Throws<ModelConfigException>(() => PretrainedModel.Create<CausalLanguageModel>(json, META)).Message);
        }
    }

    private static JsonObject Config() => ModelConfig.ReadJson(Path.Combine(Golden, ModelConfig.FileName));

    private static Tensor Prompt() => Some.Ids(5, Image, Image, Image, Image, 6);

    private static Tensor Pixels()
    {
        using var generator = Seeds.Generator(2, CPU);
        return randn([1, 3, 16, 16], generator: generator);
    }
}
