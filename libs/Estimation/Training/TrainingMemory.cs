using Platform.Estimation.Shapes;

namespace Platform.Estimation.Training;

/// <summary>
/// How much memory a training step takes at its fullest, in bytes of tensors. The fullest moment is one of three: at the head, when
/// everything that the blocks keep is there; in a block's backward pass, when gradients have come and activations are still there; or
/// at the optimizer, when all gradients are.
/// </summary>
/// <param name="Weights">of the model and of what is trained beside it</param>
/// <param name="Gradients">of everything that is trained; of one block where its parameters move at once</param>
/// <param name="OptimizerStates">moments, and the averaged weights where they are asked for</param>
/// <param name="Activations">what the forward pass keeps</param>
/// <param name="Logits">scores of the tokens that are looked at together, and the head's inputs</param>
/// <param name="Peak">at the fullest moment; less than the sum of the others, which are never there at once</param>
public sealed record TrainingMemory(long Weights, long Gradients, long OptimizerStates, long Activations, long Logits, long Peak)
{
    /// <summary>What the process takes beside tensors: the runtime, the tensor library and its buffers.</summary>
    public const long ProcessBytes = 256L << 20;

    // What matrix products pack and scratch for themselves; measured on the CPU, where it hardly depends on the model.
    private const long KernelBytes = 48L << 20;

    private const int WideBytes = 4;

    // As the chunked cross-entropy takes them.
    private const long LogitsAtOnce = 16 << 20;

    public static TrainingMemory Of(ModelShape model, TrainingSetup setup)
    {
        var trained = setup.Adapter?.Parameters ?? model.Parameters;
        var weights = model.Parameters * setup.ValueBytes + (setup.Adapter is null ? MasterCopy(setup, trained) : trained * WideBytes);
        var gradients = setup.MovesInBackward ? trained / Math.Max(1, model.Blocks.Layers) * WideBytes : trained * WideBytes;
        var states = StateBytes(setup, trained, model) + (setup.Averages ? trained * WideBytes : 0);
        var stacks = Stacks(model, setup).ToList();
        var activations = stacks.Sum(stack => stack.Kept) + stacks[^1].Stream; // the embedding's output
        var logits = LogitBytes(model, setup, stacks[^1]);

        var head = setup.Adapter is null && model.ScoresTokens ? model.Vocabulary * stacks[^1].Width * WideBytes : 0;
        var earlier = setup.AccumulatesGradients ? gradients : 0;
        var atHead = activations + logits + Math.Max(earlier, head);
        var inBlock = stacks.Max(stack => stack.FullestBlock(earlier, head, gradients)) + stacks.Sum(stack => stack.Kept) - stacks[^1].Kept;
        return new(weights, gradients, states, activations, logits, KernelBytes + weights + states + Math.Max(gradients, Math.Max(atHead, inBlock)));
    }

    // Sixteen-bit weights are moved through copies of 32 bits.
    private static long MasterCopy(TrainingSetup setup, long trained) => setup.ValueBytes < WideBytes ? trained * WideBytes : 0;

    private static long StateBytes(TrainingSetup setup, long trained, ModelShape model) => setup.Optimizer switch
    {
        OptimizerKind.Sgd => 0,
        OptimizerKind.OneMoment => trained * WideBytes,
        OptimizerKind.AdamW => 2 * trained * WideBytes,
        OptimizerKind.AdamW8Bit => 2 * (trained + WideBytes * trained / 256),
        OptimizerKind.Adafactor => setup.Adapter is null ? model.Weights.Sum(FactoredBytes) : trained * WideBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(setup), setup.Optimizer, "No such optimizer."),
    };

    private static long FactoredBytes(WeightShape weight) => weight.Count * WideBytes * (weight.Size.Count < 2 ? weight.Elements : weight.Elements / weight.Size[^1] + weight.Elements / weight.Size[^2]);

    private static IEnumerable<StackMemory> Stacks(ModelShape model, TrainingSetup setup)
    {
        var positions = setup.Positions + (setup.Adapter?.VirtualTokens ?? 0);
        yield return StackMemory.Of(model, model.Blocks, setup, setup.Rows * (model.SourcePositions ?? positions));
        if (model.Decoder is { } decoder) yield return StackMemory.Of(model, decoder, setup, setup.Rows * positions);
    }

    /// <summary>The scores and their logarithms; what enters the head, its copy at the learned positions, and the gradient of that.</summary>
    private static long LogitBytes(ModelShape model, TrainingSetup setup, StackMemory last)
    {
        if (!model.ScoresTokens) return 2 * last.Stream;

        // Models of two stacks compute all scores together, and their gradient.
        if (model.Decoder is not null) return setup.Tokens * model.Vocabulary * (setup.ValueBytes + 2 * WideBytes) + 2 * last.Stream;
        var atOnce = Math.Min(setup.Tokens, Math.Max(1, LogitsAtOnce / model.Vocabulary));
        return atOnce * model.Vocabulary * (setup.ValueBytes + WideBytes) + (setup.Adapter is null ? 4 : 3) * last.Stream;
    }
}
