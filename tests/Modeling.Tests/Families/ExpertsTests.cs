using System.Text.Json.Nodes;
using Platform.Modeling.Checkpoints;
using Platform.Modeling.Layers.Experts;
using Platform.Modeling.Mixtral;
using Platform.Testing;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Families;

public sealed class ExpertsTests
{
    private static readonly string Golden = Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models", "mixtral");

    [Fact]
    public void SortingTokensByExpertGivesWhatEveryTokenOnItsOwnGivesAndTheSameGradients()
    {
        using var scope = NewDisposeScope();
        using var generator = Seeds.Generator(3, CPU);
        using var experts = new ExpertMlps(4, 6, 5, "silu", ScalarType.Float64, CPU);
        var parameters = experts.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        using (no_grad()) foreach (var parameter in parameters.Values) parameter.normal_(0, 1, generator);
        var x = randn([7, 6], ScalarType.Float64, generator: generator).requires_grad_();

        // Nobody chooses the last expert.
        var routing = new Routing(zeros(7, 4), tensor((long[])[0, 1, 1, 0, 2, 1, 0, 2, 1, 2, 2, 0, 0, 1], 7, 2), rand([7, 2], generator: generator));
        var sorted = experts.Apply(x, routing);
        sorted.square().sum().backward();
        var gradients = parameters.Values.Append(x).Select(tensor => tensor.grad!.clone()).ToList();
        foreach (var tensor in parameters.Values.Append(x)) tensor.grad = null;

        var one = stack([.. Enumerable.Range(0, 7).Select(row => Token(row))]);
        one.square().sum().backward();
        Assert.True(sorted.allclose(one, 1e-12, 1e-12));
        Assert.All(parameters.Values.Append(x).Zip(gradients), pair => Assert.True(pair.First.grad!.allclose(pair.Second, 1e-10, 1e-10)));
        Assert.Equal(0, parameters["gate_up_proj"].grad![3].abs().sum().ToDouble());

        Tensor Token(int row) => Enumerable.Range(0, 2).Select(choice =>
        {
            var expert = routing.Experts[row, choice].ToInt64();
            var both = parameters["gate_up_proj"][expert].matmul(x[row]);
            var product = nn.functional.silu(both.narrow(0, 0, 5)) * both.narrow(0, 5, 5);
            return parameters["down_proj"][expert].matmul(product) * routing.Weights[row, choice];
        }).Aggregate((sum, part) => sum + part);
    }

    [Fact]
    public void PerfectBalanceOfKChoicesCostsKAndPaddingDoesNotCount()
    {
        using var scope = NewDisposeScope();
        var balanced = eye(4) * 1e-3; // nearly even, each token with a favourite of its own
        Assert.Equal(1, LoadBalancingLoss.Of([balanced, balanced], 1, null).ToDouble(), 1e-5);
        var favourites = balanced + balanced.roll(1, 1); // and a second one
        Assert.Equal(2, LoadBalancingLoss.Of([favourites], 2, null).ToDouble(), 1e-5);

        var padded = cat([balanced, tensor((float[])[9, 0, 0, 0], 1, 4)]);
        Assert.Equal(1, LoadBalancingLoss.Of([padded], 1, tensor((long[])[1, 1, 1, 1, 0])).ToDouble(), 1e-5);
        Assert.True(LoadBalancingLoss.Of([padded], 1, null).ToDouble() > 1.1);
    }

    [Fact]
    public void FilesWithFusedExpertsAreReadLikeThoseWithEachOnItsOwn()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var folder = new TemporaryFolder();
        using var model = PretrainedModel.Load<CausalLanguageModel>(Golden, CPU);
        File.Copy(Path.Combine(Golden, ModelConfig.FileName), Path.Combine(folder.Path, ModelConfig.FileName));
        ModelFolder.Save(folder.Path, model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach()), null);

        using var fused = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU);
        Assert.All(model.named_parameters().Zip(fused.named_parameters()), pair => Assert.True(pair.First.parameter.eq(pair.Second.parameter).all().item<bool>(), pair.First.name));
        Assert.True(fused.Logits(Some.Ids(5, 6, 7)).allclose(model.Logits(Some.Ids(5, 6, 7)), 1e-6, 1e-6));
    }

    [Fact]
    public void TheBalancingLossJoinsTheTrainingLossOnlyWhereTheConfigAsksForIt()
    {
        using var scope = NewDisposeScope();
        using var with = (MixtralForCausalLm)PretrainedModel.Load(Golden, CPU);
        using var context = with.PrepareForward(Some.Ids(5, 6, 7));
        with.HiddenStates(Some.Ids(5, 6, 7), context);
        Assert.Equal(0.02 * with.LoadBalancing(context).ToDouble(), with.AuxiliaryLoss(context)!.ToDouble(), 1e-7);
        Assert.Equal(2, context.Routing!.Logits.Count);

        var json = ModelConfig.ReadJson(Path.Combine(Golden, ModelConfig.FileName));
        json["output_router_logits"] = false;
        using var without = PretrainedModel.Create<CausalLanguageModel>(json, CPU);
        Assert.Null(without.AuxiliaryLoss(context));
    }

    [Fact]
    public void RoutersAreShakenInTrainingOnly()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var folder = new TemporaryFolder();
        var json = ModelConfig.ReadJson(Path.Combine(Golden, ModelConfig.FileName));
        json["router_jitter_noise"] = 0.3;
        File.WriteAllText(Path.Combine(folder.Path, ModelConfig.FileName), json.ToJsonString());
        File.Copy(Path.Combine(Golden, "model.safetensors"), Path.Combine(folder.Path, "model.safetensors"));
        using var calm = PretrainedModel.Load<CausalLanguageModel>(Golden, CPU);
        using var shaken = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU);
        var expected = calm.Logits(Some.Ids(5, 6, 7));
        Assert.True(shaken.Logits(Some.Ids(5, 6, 7)).eq(expected).all().item<bool>());
        shaken.train();
        Assert.False(shaken.Logits(Some.Ids(5, 6, 7)).allclose(expected, 1e-4, 1e-5));
    }

    [Theory, InlineData("num_experts_per_tok", 5), InlineData("router_jitter_noise", 1.5)]
    public void ImpossibleRoutingIsRefusedByName(string key, double value)
    {
        var json = ModelConfig.ReadJson(Path.Combine(Golden, ModelConfig.FileName));
        json[key] = value == Math.Floor(value) ? (JsonNode)(long)value : value;
        Assert.Contains(key, Assert.Throws<ModelConfigException>(() => MixtralConfig.Parse(json)).Message);
    }
}
