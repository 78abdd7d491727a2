using Platform.FineTuning.Memory;
using Platform.Modeling;
using Platform.Peft;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Memory;

/// <summary>Chunk by chunk the loss and its gradients are those of torch's cross_entropy on all logits.</summary>
public sealed class ChunkedCrossEntropyTests
{
    public static TheoryData<string> Families => Some.Families;

    [Theory, MemberData(nameof(Families))]
    public void TheHeadOfEveryFamilyIsLearnedThrough(string family)
    {
        using var model = Some.Trained(family);
        EqualsThePlainOne(model, smoothing: 0);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gemma2")]
    public void LabelsCanBeSmoothed(string family)
    {
        using var model = Some.Trained(family);
        EqualsThePlainOne(model, smoothing: 0.1);
    }

    [Fact]
    public void AnAdaptedHeadIsLearnedThroughItsAdapter()
    {
        using var model = Some.Model("llama");
        using var generator = new Generator(1);
        using var adapter = Adapters.Attach(model, new LoraOptions { Rank = 2, TargetModules = ModulePattern.List("lm_head") }, generator);
        EqualsThePlainOne(model, smoothing: 0);
    }

    private static void EqualsThePlainOne(CausalLanguageModel model, double smoothing)
    {
        const double Weight = 0.125;
        using var scope = NewDisposeScope();
        var width = model.FinalNorm(model.Embed(tensor((long[])[1], 1, 1), model.PrepareForward(tensor((long[])[1], 1, 1)))).shape[^1];
        using var generator = new Generator(4);
        var hidden = randn([11, width], generator: generator).requires_grad_();
        var targets = randint(model.Config.VocabularySize, [11], ScalarType.Int64, generator: generator);

        var plain = CrossEntropy();
        plain.mul(Weight).backward();
        var (hiddenGradient, gradients) = (hidden.grad!.clone(), Some.TakeGradients(Parameters()));

        // Chunks of three rows, the last of two.
        var gradient = empty_like(hidden, requires_grad: false);
        var entropy = new ChunkedCrossEntropy(model, smoothing) { LogitsAtOnce = 3 * model.Config.VocabularySize };
        var loss = entropy.Learn(hidden, targets, Weight, gradient);

        Assert.Equal(plain.item<float>(), loss.item<float>(), plain.item<float>() * 1e-6);
        Assert.True(gradient.allclose(hiddenGradient, 1e-5, 1e-6));
        var chunked = Some.TakeGradients(Parameters());
        Assert.Equal(gradients.Keys.Order(), chunked.Keys.Order());
        foreach (var (name, values) in gradients) Assert.All(values.Zip(chunked[name]), pair => Assert.Equal(pair.First, pair.Second, 1e-6f + 1e-5f * Math.Abs(pair.First)));

        using var noGradients = no_grad();
        Assert.Equal(plain.item<float>(), entropy.Measure(hidden, targets).item<float>(), plain.item<float>() * 1e-6);

        // torch's own, in TorchSharp without label_smoothing: written out for it.
        Tensor CrossEntropy()
        {
            var logs = nn.functional.log_softmax(model.Head(hidden), -1);
            var chosen = nn.functional.nll_loss(logs, targets, reduction: nn.Reduction.Sum);
            return chosen * (1 - smoothing) - logs.mean([1L]).sum() * smoothing;
        }

        IEnumerable<(string, Tensor)> Parameters() => model.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter));
    }
}
