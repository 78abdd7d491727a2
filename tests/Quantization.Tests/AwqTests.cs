using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Layers;
using Platform.Quantization.Awq;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Gptq;
using Platform.Quantization.Grouped;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Quantization.Tests;

public sealed class AwqTests : IDisposable
{
    private static readonly string Base = Path.Combine(RepositoryFolder.Fixtures, "quantization", "bnb_llama_nf4", "base");
    private static readonly AwqOptions Options = new() { GroupSize = 16 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("awq-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void AWrittenModelComputesTheSameWhenLoaded()
    {
        using var model = Load();
        AwqQuantizer.Quantize(model, Samples(), Options);
        QuantizedModels.Save(model, _folder.FullName, Base);
        using var loaded = QuantizedModels.Load(_folder.FullName, CPU);
        using var before = Logits(model);
        using var after = Logits(loaded);
        Assert.True(before.eq(after).all().item<bool>());
    }

    [Fact]
    public void FoldedScalesLeaveTheModelAsItWas()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Load();
        var before = Logits(model);
        var block = model.Blocks[0];
        var scales = rand([((Linear)ModuleTree.Find(block, "mlp.down_proj")).InFeatures], generator: new Generator(2)).add(0.5);
        ScaleFolding.DivideRows(ModuleTree.Find(block, "mlp.up_proj"), scales);
        ((Linear)ModuleTree.Find(block, "mlp.down_proj")).Weight.mul_(scales);
        Assert.InRange(Logits(model).sub(before).abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void AwqIsCloserToTheModelThanRoundingAlone()
    {
        using var scope = NewDisposeScope();
        using var plain = Load();
        using var searched = Load();
        using var rounded = Load();
        AwqQuantizer.Quantize(searched, Samples(), Options);
        QuantizedModels.Quantize(rounded, layer => new GroupedLinear(GroupRounding.ToStored(layer.Weight, Options.GroupSize), layer.Bias, new AwqFormat(Options.GroupSize)));
        var expected = SampleLogits(plain);
        Assert.InRange(Error(searched), 0, Error(rounded));

        double Error(CausalLanguageModel model) => SampleLogits(model).sub(expected).square().mean().item<float>();
    }

    [Fact]
    public void IntegersMoveBetweenGptqAndAwqWithoutRounding()
    {
        using var model = Load();
        var options = new GptqOptions { GroupSize = 16, Symmetric = false };
        GptqQuantizer.Quantize(model, Samples(), options);
        using var before = Logits(model);
        Repacking.KeepAs(model, new AwqFormat(16));
        QuantizedModels.Save(model, _folder.FullName, Base);
        using var loaded = QuantizedModels.Load(_folder.FullName, CPU);
        using var after = Logits(loaded);
        Assert.Equal("awq", ModelConfig.ReadJson(Path.Combine(_folder.FullName, "config.json"))["quantization_config"]!["quant_method"]!.GetValue<string>());
        Assert.True(before.eq(after).all().item<bool>());
    }

    [Theory]
    [InlineData(4, true, "desc_act")]
    [InlineData(8, false, "8 bits")]
    public void WhatAwqHasNoPlaceForIsNotMoved(int bits, bool activationOrder, string named)
    {
        using var model = Load();
        GptqQuantizer.Quantize(model, Samples(), new GptqOptions { Bits = bits, GroupSize = 16, ActivationOrder = activationOrder });
        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => Repacking.KeepAs(model, new AwqFormat(16))).Message);
    }

    [Fact]
    public void AGroupThatDoesNotDivideNamesTheLayer()
    {
        using var model = Load();
        Assert.Contains("model.layers.0.", Assert.Throws<ArgumentException>(() => AwqQuantizer.Quantize(model, Samples(), new AwqOptions { GroupSize = 36 })).Message);
    }

    [Theory]
    [InlineData("""{"quant_method": "awq", "bits": 4, "version": "gemv"}""", "gemv")]
    [InlineData("""{"quant_method": "awq", "bits": 3}""", "3")]
    [InlineData("""{"quant_method": "awq", "bits": 4, "zero_point": false}""", "zero_point")]
    public void AnUnknownLayoutIsRefused(string section, string named) =>
        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => WeightFormats.Of(new JsonObject { ["quantization_config"] = JsonNode.Parse(section) })).Message);

    private static CausalLanguageModel Load() => PretrainedModel.Load<CausalLanguageModel>(Base, CPU, new LoadOptions { Dtype = ScalarType.Float32 });

    private static List<Tensor> Samples() => [.. Enumerable.Range(0, 3).Select(i => randint(2, 160, [2, 24], ScalarType.Int64, generator: new Generator((ulong)i)))];

    private static Tensor SampleLogits(CausalLanguageModel model)
    {
        using var noGradients = no_grad();
        return cat([.. Samples().Select(ids => model.Logits(ids))], 0);
    }

    private static Tensor Logits(CausalLanguageModel model)
    {
        using var noGradients = no_grad();
        using var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        return model.Logits(ids);
    }
}
