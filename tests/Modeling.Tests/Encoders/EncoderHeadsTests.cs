using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers;
using Platform.Modeling.Tasks;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Encoders;

public sealed class EncoderHeadsTests
{
    private static readonly string Fixtures = Path.Combine(RepositoryFolder.Fixtures, "models");

    public static TheoryData<string> Families => [.. SomeEncoder.Families];

    /// <summary>The names transformers gives what lies outside of the encoder.</summary>
    public static TheoryData<string, string, string> HeadKeys => new()
    {
        { "Bert", "ForMaskedLM", "cls.predictions.bias cls.predictions.transform.LayerNorm.bias cls.predictions.transform.LayerNorm.weight cls.predictions.transform.dense.bias cls.predictions.transform.dense.weight" },
        { "Bert", "ForSequenceClassification", "classifier.bias classifier.weight" },
        { "Bert", "ForTokenClassification", "classifier.bias classifier.weight" },
        { "Bert", "ForQuestionAnswering", "qa_outputs.bias qa_outputs.weight" },
        { "Roberta", "ForMaskedLM", "lm_head.bias lm_head.dense.bias lm_head.dense.weight lm_head.layer_norm.bias lm_head.layer_norm.weight" },
        { "Roberta", "ForSequenceClassification", "classifier.dense.bias classifier.dense.weight classifier.out_proj.bias classifier.out_proj.weight" },
        { "Roberta", "ForTokenClassification", "classifier.bias classifier.weight" },
        { "Roberta", "ForQuestionAnswering", "qa_outputs.bias qa_outputs.weight" },
        { "DistilBert", "ForMaskedLM", "vocab_layer_norm.bias vocab_layer_norm.weight vocab_projector.bias vocab_transform.bias vocab_transform.weight" },
        { "DistilBert", "ForSequenceClassification", "classifier.bias classifier.weight pre_classifier.bias pre_classifier.weight" },
        { "DistilBert", "ForTokenClassification", "classifier.bias classifier.weight" },
        { "DistilBert", "ForQuestionAnswering", "qa_outputs.bias qa_outputs.weight" },
        { "DebertaV2", "ForMaskedLM", "cls.predictions.bias cls.predictions.transform.LayerNorm.bias cls.predictions.transform.LayerNorm.weight cls.predictions.transform.dense.bias cls.predictions.transform.dense.weight" },
        { "DebertaV2", "ForSequenceClassification", "classifier.bias classifier.weight pooler.dense.bias pooler.dense.weight" },
        { "DebertaV2", "ForTokenClassification", "classifier.bias classifier.weight" },
        { "DebertaV2", "ForQuestionAnswering", "qa_outputs.bias qa_outputs.weight" },
    };

    [Theory, MemberData(nameof(HeadKeys))]
    public void AHeadIsNamedAsInTransformers(string family, string suffix, string expected)
    {
        using var model = PretrainedModel.Create<PretrainedModel>(SomeEncoder.Config(family, suffix), META, ScalarType.Float32);
        var root = ModelFamily.Of(model.Config).Layout.BaseModel + ".";
        var outside = model.named_parameters().Select(pair => pair.name).Where(name => !name.StartsWith(root, StringComparison.Ordinal));
        Assert.Equal(expected, string.Join(' ', outside.Order(StringComparer.Ordinal)));
    }

    [Theory, MemberData(nameof(HeadKeys))]
    public void EveryParameterOfAHeadIsTrained(string family, string suffix, string keys)
    {
        using var scope = NewDisposeScope();
        using var model = SomeEncoder.Model<PretrainedModel>(family, suffix);
        Score(model, SomeEncoder.Padded(family)).backward();
        var untrained = model.named_parameters().Where(pair => pair.parameter.grad is null).Select(pair => pair.name);
        Assert.Empty(untrained);
        Assert.All(keys.Split(' '), key => Assert.True(model.named_parameters().First(pair => pair.name == key).parameter.grad!.abs().max().item<float>() > 0, key));
    }

    [Theory, MemberData(nameof(HeadKeys))]
    public void EveryProjectionCanBeReplaced(string family, string suffix, string keys)
    {
        using var scope = NewDisposeScope();
        using var model = SomeEncoder.Model<PretrainedModel>(family, suffix);
        var names = model.named_parameters().Select(pair => pair.name).ToHashSet();
        Assert.Superset(keys.Split(' ').ToHashSet(), names);
        foreach (var (path, old) in ModuleTree.OfType<Linear>(model).ToList())
        {
            var zeroes = new Linear(old.InFeatures, old.OutFeatures, old.Bias is not null, ScalarType.Float32, CPU);
            foreach (var parameter in zeroes.parameters()) nn.init.zeros_(parameter);
            var replaced = ModuleTree.Replace(model, path, zeroes);
            Assert.True(ReferenceEquals(old, replaced), path);
        }

        Assert.Equal(names, model.named_parameters().Select(pair => pair.name).ToHashSet());
        if (suffix != "ForMaskedLM") Assert.Equal(0, Score(model, SomeEncoder.Short).item<float>());
    }

    [Theory, MemberData(nameof(Families))]
    public void AMaskOfAnotherLengthIsRefused(string family)
    {
        using var scope = NewDisposeScope();
        using var model = SomeEncoder.Model<TextEncoder>(family, "Model");
        var failure = Assert.Throws<ArgumentException>(() => model.HiddenStates(SomeEncoder.Short with { AttentionMask = ones(1, 1, ScalarType.Int64) }));
        Assert.Contains("attention mask", failure.Message);
    }

    [Theory, MemberData(nameof(Families))]
    public void PaddingChangesNothing(string family)
    {
        using var scope = NewDisposeScope();
        using var tokens = SomeEncoder.Model<TokenClassifier>(family, "ForTokenClassification");
        var difference = tokens.Logits(SomeEncoder.Padded(family)).narrow(1, 0, 5) - tokens.Logits(SomeEncoder.Short);
        Assert.InRange(difference.abs().max().item<float>(), 0, 1e-5);
    }

    [Theory, MemberData(nameof(Families))]
    public void DropoutActsInTrainingOnly(string family)
    {
        using var scope = NewDisposeScope();
        using var model = SomeEncoder.Model<SequenceClassifier>(family, "ForSequenceClassification");
        Assert.True(Same());
        model.train();
        Assert.False(Same());

        bool Same() => model.Logits(SomeEncoder.Short).eq(model.Logits(SomeEncoder.Short)).all().item<bool>();
    }

    [Theory, MemberData(nameof(Families))]
    public void UntiedScoresHaveADecoderOfTheirOwn(string family)
    {
        using var scope = NewDisposeScope();
        using var model = SomeEncoder.Model<MaskedLanguageModel>(family, "ForMaskedLM", json => json["tie_word_embeddings"] = false);
        var name = family switch { "Roberta" => "lm_head.decoder", "DistilBert" => "vocab_projector", _ => "cls.predictions.decoder" };
        var parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Assert.Equal([30L, 12L], parameters[name + ".weight"].shape);
        Assert.Equal([30L], parameters[name + ".bias"].shape);
        Assert.DoesNotContain("cls.predictions.bias", parameters.Keys);
        Assert.DoesNotContain("lm_head.bias", parameters.Keys);
        Assert.Equal([1L, 5L, 30L], model.Logits(SomeEncoder.Short).shape);
    }

    [Fact]
    public void DebertaHasThePublishedHeadWhereTheConfigSaysSo()
    {
        using var scope = NewDisposeScope();
        using var model = SomeEncoder.Model<MaskedLanguageModel>("DebertaV2", "ForMaskedLM", json => json["legacy"] = false);
        Assert.Equal(
            ["lm_predictions.lm_head.LayerNorm.bias", "lm_predictions.lm_head.LayerNorm.weight", "lm_predictions.lm_head.bias", "lm_predictions.lm_head.dense.bias", "lm_predictions.lm_head.dense.weight"],
            model.named_parameters().Select(pair => pair.name).Where(name => !name.StartsWith("deberta.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal([1L, 5L, 30L], model.Logits(SomeEncoder.Short).shape);
    }

    [Fact]
    public void AClassifierBeginsOnAMaskedLanguageModelWithANewPoolerAndHead()
    {
        List<LoadReport> reports = [];
        using var model = PretrainedModel.Load<SequenceClassifier>(Path.Combine(Fixtures, "bert-mlm"), CPU, new LoadOptions { Report = reports.Add });
        Assert.Equal(["bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight"], Assert.Single(reports).Missing.Order(StringComparer.Ordinal));
        Assert.Equal("BertForSequenceClassification", model.Config.Architecture);
    }

    [Fact]
    public void ABareEncoderIsTakenOutOfAModelWithAHead()
    {
        using var scope = NewDisposeScope();
        using var bare = PretrainedModel.Load<TextEncoder>(Path.Combine(Fixtures, "bert-seqcls-single"), CPU);
        using var whole = PretrainedModel.Load<SequenceClassifier>(Path.Combine(Fixtures, "bert-seqcls-single"), CPU);
        List<Tensor> shown = [];
        whole.Logits(SomeEncoder.Short, hidden => shown.Add(hidden.clone()));
        var states = bare.HiddenStates(SomeEncoder.Short);
        Assert.True(states.eq(shown[^2]).all().item<bool>());
        Assert.True(bare.Pooled(states, SomeEncoder.Short).eq(shown[^1]).all().item<bool>());
    }

    [Fact]
    public void WhatNoEncoderDoesIsRefusedByName()
    {
        var message = Assert.Throws<ModelConfigException>(() => SomeEncoder.Model<MaskedLanguageModel>("Bert", "ForMaskedLM", json =>
        {
            json["position_embedding_type"] = "relative_key";
            json["is_decoder"] = true;
            json["num_attention_heads"] = 5;
        })).Message;
        Assert.Contains("position_embedding_type is 'relative_key'", message);
        Assert.Contains("is_decoder", message);
        Assert.Contains("num_attention_heads is 5", message);
    }

    [Theory]
    [InlineData("Bert", 16)]
    [InlineData("Roberta", 16)] // 18 positions, of which padding has the first two
    [InlineData("DistilBert", 16)]
    public void ATextLongerThanThePositionsIsRefused(string family, long longest)
    {
        using var scope = NewDisposeScope();
        using var model = SomeEncoder.Model<TextEncoder>(family, "Model");
        Assert.Equal(longest, model.HiddenStates(new TextInputs(full([1, longest], 4, ScalarType.Int64))).shape[1]);
        var failure = Assert.Throws<ArgumentException>(() => model.HiddenStates(new TextInputs(full([1, longest + 1], 4, ScalarType.Int64))));
        Assert.Contains($"at most {longest}", failure.Message);
    }

    private static Tensor Score(PretrainedModel model, TextInputs inputs) => model switch
    {
        MaskedLanguageModel masked => masked.Logits(inputs).square().mean(),
        SequenceClassifier sequence => sequence.Logits(inputs).square().mean(),
        TokenClassifier tokens => tokens.Logits(inputs).square().mean(),
        QuestionAnsweringModel answers when answers.Logits(inputs) is var (start, end) => (start.square() + end.square()).mean(),
        _ => throw new ArgumentException($"no score for {model.GetType().Name}"),
    };
}
