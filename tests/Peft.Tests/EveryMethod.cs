using Platform.Peft.AdaLora;
using Platform.Peft.Boft;
using Platform.Peft.Bottleneck;
using Platform.Peft.Ia3;
using Platform.Peft.LnTuning;
using Platform.Peft.LoHa;
using Platform.Peft.LoKr;
using Platform.Peft.Lora;
using Platform.Peft.Oft;
using Platform.Peft.PrefixTuning;
using Platform.Peft.PromptTuning;
using Platform.Peft.PTuning;
using Platform.Peft.Vera;

namespace Platform.Peft.Tests;

/// <summary>An adapter of each method, for the tests that all must pass.</summary>
/// <param name="IdentityAtFirst">whether the method promises that a new adapter does nothing</param>
internal sealed record EveryMethod(string Name, AdapterOptions Options, bool Mergeable = true, bool IdentityAtFirst = true)
{
    private static readonly ModulePattern Queries = ModulePattern.List("q_proj");
    private static readonly ModulePattern QueriesAndDown = ModulePattern.List("q_proj", "down_proj");

    public static readonly IReadOnlyList<EveryMethod> All =
    [
        new("LoRA", new LoraOptions { Rank = 4, TargetModules = QueriesAndDown }),
        new("LoRA on embeddings", new LoraOptions { Rank = 4, TargetModules = ModulePattern.List("embed_tokens", "v_proj") }),
        new("LoRA with token rows", new LoraOptions { Rank = 4, TargetModules = Queries, TrainableTokens = [17, 5, 1] }),
        new("DoRA", new LoraOptions { Rank = 4, TargetModules = QueriesAndDown, WeightDecomposed = true }),
        new("PiSSA", new LoraOptions { Rank = 4, TargetModules = QueriesAndDown, Init = LoraInit.Pissa }, IdentityAtFirst: false),
        new("PiSSA by power iterations", new LoraOptions { Rank = 4, TargetModules = QueriesAndDown, Init = LoraInit.Pissa, PowerIterations = 4 }, IdentityAtFirst: false),
        new("OLoRA", new LoraOptions { Rank = 4, TargetModules = QueriesAndDown, Init = LoraInit.Olora }, IdentityAtFirst: false),
        new("LoftQ", new LoraOptions { Rank = 4, TargetModules = QueriesAndDown, Init = LoraInit.LoftQ, LoftQ = new LoftQOptions { Bits = 4, Iterations = 3 } }, IdentityAtFirst: false),
        new("DoRA on LoftQ of two bits", new LoraOptions { Rank = 4, Dropout = 0.1, TargetModules = QueriesAndDown, WeightDecomposed = true, Init = LoraInit.LoftQ, LoftQ = new LoftQOptions { Bits = 2 } }, IdentityAtFirst: false),
        new("AdaLoRA", new AdaLoraOptions { InitialRank = 6, TargetRank = 3, TotalSteps = 10, TargetModules = QueriesAndDown }),
        new("(IA)³", new Ia3Options { TargetModules = ModulePattern.List("k_proj", "v_proj", "down_proj"), FeedforwardModules = ModulePattern.List("down_proj") }),
        new("LN tuning", new LnTuningOptions { TargetModules = ModulePattern.List("input_layernorm", "norm") }),
        new("LoHa", new LoHaOptions { Rank = 3, TargetModules = QueriesAndDown }),
        new("LoKr", new LoKrOptions { Rank = 3, TargetModules = QueriesAndDown }),
        new("LoKr, both decomposed", new LoKrOptions { Rank = 2, DecomposeBoth = true, DecomposeFactor = 8, Init = LoKrInit.RightZero, TargetModules = QueriesAndDown }),
        new("OFT", new OftOptions { BlockSize = 8, TargetModules = QueriesAndDown }),
        new("OFT, exact and shared", new OftOptions { BlockSize = 0, Blocks = 4, Series = false, Shared = true, TargetModules = QueriesAndDown }),
        new("BOFT", new BoftOptions { BlockSize = 4, TargetModules = QueriesAndDown }),
        new("BOFT, a butterfly", new BoftOptions { BlockSize = 4, Factors = 3, TargetModules = QueriesAndDown }),
        new("VeRA", new VeraOptions { Rank = 8, TargetModules = QueriesAndDown }),
        new("Bottleneck, Houlsby", BottleneckOptions.Houlsby with { ReductionFactor = 8 }, Mergeable: false, IdentityAtFirst: false),
        new("Bottleneck, Pfeiffer", BottleneckOptions.Pfeiffer with { ReductionFactor = 8 }, Mergeable: false, IdentityAtFirst: false),
        new("Bottleneck, parallel", BottleneckOptions.BesideFeedForward, Mergeable: false),
        new(
            "Bottleneck, every option",
            BottleneckOptions.Houlsby with
            {
                ReductionFactors = new Dictionary<int, double> { [0] = 2 },
                NormBefore = true,
                NormAfter = true,
                ResidualBeforeNormAfter = true,
                JoinsBefore = true,
                Residual = BottleneckResidual.Sum,
                ScalingKind = BottleneckScaling.Channel,
                Gated = true,
                Init = BottleneckInit.Houlsby,
            },
            Mergeable: false,
            IdentityAtFirst: false),
        new("VeRA, projections drawn again", new VeraOptions { Rank = 8, Seed = 5, SaveProjection = false, TargetModules = Queries }),
        new("Prompt tuning", new PromptTuningOptions { VirtualTokens = 4 }, Mergeable: false, IdentityAtFirst: false),
        new("Prompt tuning, from the vocabulary", new PromptTuningOptions { VirtualTokens = 4, Init = PromptInit.Vocabulary }, Mergeable: false, IdentityAtFirst: false),
        new("P-tuning, MLP", new PTuningOptions { VirtualTokens = 4, EncoderWidth = 20 }, Mergeable: false, IdentityAtFirst: false),
        new("P-tuning, LSTM", new PTuningOptions { VirtualTokens = 4, EncoderWidth = 12, Encoder = PTuningEncoder.Lstm }, Mergeable: false, IdentityAtFirst: false),
        new("Prefix tuning", new PrefixTuningOptions { VirtualTokens = 4 }, Mergeable: false, IdentityAtFirst: false),
        new("Prefix tuning, projected", new PrefixTuningOptions { VirtualTokens = 4, Projection = true, EncoderWidth = 24 }, Mergeable: false, IdentityAtFirst: false),
        new("P-Tuning v2", new PTuningV2Options { VirtualTokens = 4 }, Mergeable: false, IdentityAtFirst: false),
    ];

    public static EveryMethod Named(string name) => All.First(method => method.Name == name);
}
