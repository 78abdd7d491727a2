using Platform.FineTuning.Memory;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Peft;
using Platform.Peft.Bottleneck;
using Platform.Peft.Lora;
using Platform.Peft.Oft;
using Platform.Peft.PrefixTuning;
using Platform.Peft.PromptTuning;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Memory;

/// <summary>Computing blocks again changes nothing, bit by bit.</summary>
[Collection(ProcessWideState.Name)]
public sealed class CheckpointingTests
{
    public static TheoryData<string> Families => Some.Families;

    public static TheoryData<string> Methods => [.. AdapterOptions.Keys];

    private static readonly Dictionary<string, AdapterOptions> AdapterOptions = new()
    {
        ["LoRA with dropout"] = new LoraOptions { Rank = 4, Dropout = 0.3, TargetModules = ModulePattern.List("q_proj", "v_proj", "down_proj") },
        ["LoRA on the last block only"] = new LoraOptions { Rank = 4, TargetModules = ModulePattern.Regex(@"model\.layers\.1\..*q_proj") },
        ["DoRA with dropout"] = new LoraOptions { Rank = 4, Dropout = 0.3, WeightDecomposed = true, TargetModules = ModulePattern.List("o_proj") },
        ["Prefix tuning, projected"] = new PrefixTuningOptions { VirtualTokens = 3, Projection = true, EncoderWidth = 8, Dropout = 0.2 },
        ["LoRA on embeddings and head"] = new LoraOptions { Rank = 4, TargetModules = ModulePattern.List("embed_tokens", "lm_head") },
        ["OFT, one rotation for all"] = new OftOptions { BlockSize = 0, Blocks = 4, Series = false, Shared = true, Dropout = 0.3, TargetModules = ModulePattern.List("q_proj", "down_proj") },
        ["Bottleneck"] = BottleneckOptions.Houlsby with { ReductionFactor = 8 },
        ["Prompt tuning"] = new PromptTuningOptions { VirtualTokens = 3 },
    };

    [Theory, MemberData(nameof(Families))]
    public void AWholeModelGetsTheSameGradients(string family)
    {
        using var model = Some.Trained(family);
        AreTheSame(model, () => model.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)));
    }

    [Theory, MemberData(nameof(Methods))]
    public void AnAdapterGetsTheSameGradients(string method)
    {
        using var model = Some.Model("llama");
        using var generator = new Generator(1);
        using var adapter = Adapters.Attach(model, AdapterOptions[method], generator);
        foreach (var (_, parameter) in adapter.Parameters) Shake(parameter);
        model.train();
        AreTheSame(model, () => adapter.Parameters.Select(pair => (pair.Name, (Tensor)pair.Parameter)));
    }

    [Fact]
    public void APassLeavesNoTensorBehind()
    {
        using var model = Some.Trained("mixtral");
        var objective = new SupervisedObjective(model, Some.Rows) { Checkpointing = Checkpointing.Blocks };
        objective.Learn([0, 1], weight: 1).Sum.Dispose();
        foreach (var parameter in model.parameters()) parameter.grad = null;
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        objective.Learn([0, 1], weight: 1).Sum.Dispose();
        foreach (var parameter in model.parameters()) parameter.grad = null;

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AreTheSame(CausalLanguageModel model, Func<IEnumerable<(string Name, Tensor Tensor)>> parameters)
    {
        var (loss, gradients, random) = Learn(Checkpointing.None);
        Assert.NotEmpty(gradients);
        Assert.Contains(gradients.Values, values => values.Any(value => value != 0));
        foreach (var checkpointing in (Checkpointing[])[Checkpointing.Half, Checkpointing.Blocks])
        {
            var again = Learn(checkpointing);
            Assert.Equal(loss, again.Loss);
            Assert.Equal(gradients.Keys.Order(), again.Gradients.Keys.Order());
            Assert.All(gradients, pair => Assert.Equal(pair.Value, again.Gradients[pair.Key]));
            Assert.Equal(random, again.Random);
        }

        (float Loss, Dictionary<string, float[]> Gradients, byte[] Random) Learn(Checkpointing checkpointing)
        {
            manual_seed(3);
            var part = new SupervisedObjective(model, Some.Rows) { Checkpointing = checkpointing }.Learn([0, 1], weight: 0.25);
            using var sum = part.Sum;
            using var state = get_rng_state();
            return (sum.item<float>(), Some.TakeGradients(parameters()), state.data<byte>().ToArray());
        }
    }

    /// <summary>New adapters change nothing yet, so half of their gradients would be zero.</summary>
    private static void Shake(Tensor parameter)
    {
        using var noGradients = no_grad();
        using var generator = new Generator(2);
        using var noise = randn(parameter.shape, generator: generator).mul_(0.1);
        parameter.add_(noise);
    }
}
