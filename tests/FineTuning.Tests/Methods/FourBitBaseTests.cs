using Platform.Data.Collation;
using Platform.FineTuning.Optimizers;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Peft;
using Platform.Peft.Layers;
using Platform.Peft.Lora;
using Platform.Peft.Tests;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Int8;
using Platform.Quantization.Nf4;
using static TorchSharp.torch;

namespace Platform.FineTuning.Tests.Methods;

/// <summary>Methods on a base whose linear layers are held in four bits: QLoRA and its kin.</summary>
[Collection(ProcessWideState.Name)]
public sealed class FourBitBaseTests : IDisposable
{
    // On embeddings and norms, which stay wide, the other tests say it all; these three decompose the weight itself, which four bits do not allow.
    private static readonly string[] NotOnFourBits = ["PiSSA", "PiSSA by power iterations", "OLoRA", "LoftQ", "DoRA on LoftQ of two bits"];

    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public FourBitBaseTests() => QuantizedModels.Quantize(_model, new Nf4Options());

    public static TheoryData<string> Mergeable => [.. EveryMethod.All.Where(method => method.Mergeable && !NotOnFourBits.Contains(method.Name)).Select(method => method.Name)];

    [Theory, MemberData(nameof(Mergeable))]
    public void MergingRoundsOnceAndIsUndoneBitForBit(string method)
    {
        using var adapter = Adapters.Attach(_model, EveryMethod.Named(method).Options, new Generator(3));
        using (no_grad())
            foreach (var (_, parameter) in adapter.Parameters) parameter.add_(empty(parameter.shape).normal_(0, 0.01, new Generator(4)));
        var adapted = Llama.Logits(_model);
        adapter.Enabled = false;
        var plain = Llama.Logits(_model);
        adapter.Enabled = true;

        adapter.Merge();
        var merged = Llama.Logits(_model);
        adapter.Unmerge();

        Assert.Equal(0, Difference(adapted, Llama.Logits(_model)));
        // A weight moves by at most half the widest gap between two values of its block: no worse than what quantizing the base cost.
        using var wide = Llama.Load();
        Assert.InRange(Difference(adapted, merged), 0, 3 * Difference(plain, Llama.Logits(wide)));
    }

    [Fact]
    public void AMergedLayerHoldsTheQuantizedSum()
    {
        using var adapter = (LayerAdapter)Adapters.Attach(_model, new LoraOptions { Rank = 4, TargetModules = ModulePattern.List("q_proj"), Init = LoraInit.Random }, new Generator(3));
        var (_, layer, update) = adapter.Updates.First();
        var quantized = (Nf4Linear)layer.Base;
        var expected = Nf4Quantizer.Dequantize(Nf4Quantizer.Quantize(quantized.Dequantized().add(((LoraUpdate)update).Delta()), new Nf4Options()));
        adapter.MergeForGood();
        Assert.Equal(0, Difference(expected, quantized.Dequantized()));
    }

    [Fact]
    public void EightBitsAreMergedAndRestoredToo()
    {
        var (weight, change) = (randn([8, 16], generator: new Generator(1)), randn([8, 16], generator: new Generator(2)));
        using var layer = new Int8Linear(RowwiseInt8.Quantize(weight), null);
        var before = layer.Dequantized();
        using var copy = layer.Copy();
        layer.AddToWeight(change);
        Assert.Equal(0, Difference(RowwiseInt8.Quantize(before.add(change)).Dequantize(), layer.Dequantized()));
        copy.Restore();
        Assert.Equal(0, Difference(before, layer.Dequantized()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LoraAndDoraAreTrainedOnFourBitsAndTheBaseStays(bool dora)
    {
        var before = ModuleTree.OfType<Nf4Linear>(_model).Select(layer => layer.Module.Quantized.Packed.ToArray()).ToList();
        using var adapter = Adapters.Attach(_model, new LoraOptions { Rank = 8, Alpha = 16, WeightDecomposed = dora }, new Generator(3));
        _model.train();
        var trained = new TrainedAdapter(adapter);
        List<double> losses = [];
        int[][] rows = [[1, 17, 42, 99, 5, 64], [3, 5, 8, 13, 21, 34, 55], [2, 4, 8, 16, 32, 64]];
        using var run = new TrainingRun(
            new TrainingOptions { MaxSteps = 40, BatchSize = 3, LearningRate = 1e-2, Schedule = "constant" },
            new SupervisedObjective(_model, [.. rows.Select(ids => new SupervisedExample(ids, ids))]),
            trained,
            new AdamW([new(trained.Parameters)]),
            TimeProvider.System)
        {
            Stepped = progress => losses.Add(progress.Loss),
        };
        run.Run(CancellationToken.None);
        Assert.InRange(losses[^1], 0, 0.5 * losses[0]);
        Assert.Equal(before, ModuleTree.OfType<Nf4Linear>(_model).Select(layer => layer.Module.Quantized.Packed));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    private static double Difference(Tensor left, Tensor right) => left.sub(right).abs().max().item<float>();
}
