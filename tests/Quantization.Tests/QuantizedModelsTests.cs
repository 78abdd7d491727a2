using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Nf4;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Quantization.Tests;

public sealed class QuantizedModelsTests : IDisposable
{
    private static readonly string Base = Path.Combine(RepositoryFolder.Fixtures, "quantization", "bnb_llama_nf4", "base");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quantized-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ASavedModelComputesTheSameWhenLoaded()
    {
        using var model = SaveQuantized();
        using var loaded = QuantizedModels.Load(_folder.FullName, CPU);
        using var before = Logits(model);
        using var after = Logits(loaded);
        Assert.True(before.eq(after).all().item<bool>());
        Assert.True(QuantizedModels.IsQuantized(_folder.FullName));
        Assert.False(QuantizedModels.IsQuantized(Base));
    }

    [Fact]
    public void TheOutputHeadIsLeftAlone()
    {
        using var model = SaveQuantized();
        Assert.Equal(14, ModuleTree.OfType<Nf4Linear>(model).Count());
        Assert.Contains("lm_head.weight", model.named_parameters().Select(parameter => parameter.name));
    }

    [Fact]
    public void TheConfigurationStaysSorted()
    {
        SaveQuantized().Dispose();
        var keys = ModelConfig.ReadJson(Path.Combine(_folder.FullName, "config.json")).Select(pair => pair.Key).ToList();
        Assert.Contains("quantization_config", keys);
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public void APlainFolderIsLoadedAsItIs()
    {
        using var model = QuantizedModels.Load(Base, CPU);
        Assert.Empty(ModuleTree.OfType<Nf4Linear>(model));
    }

    [Theory]
    [InlineData("model.layers.0.mlp.up_proj.weight.absmax")]
    [InlineData("model.layers.0.mlp.up_proj.weight.nested_absmax")]
    [InlineData("model.layers.0.mlp.up_proj.weight")]
    [InlineData("model.norm.weight")]
    public void AMissingTensorIsNamed(string name)
    {
        SaveQuantized().Dispose();
        Rewrite(tensors => tensors.Remove(name));
        Assert.Contains(name, Assert.Throws<CheckpointException>(() => QuantizedModels.Load(_folder.FullName, CPU)).Message);
    }

    [Theory]
    [InlineData("model.layers.0.mlp.up_proj.weight.absmax")]
    [InlineData("model.layers.0.mlp.up_proj.weight.quant_map")]
    [InlineData("model.layers.0.mlp.up_proj.weight.quant_state.bitsandbytes__nf4")]
    public void ATensorOfTheWrongSizeIsNamed(string name)
    {
        SaveQuantized().Dispose();
        Rewrite(tensors => tensors[name] = tensors[name].narrow(0, 0, 8));
        Assert.Contains(name, Assert.Throws<CheckpointException>(() => QuantizedModels.Load(_folder.FullName, CPU)).Message);
    }

    [Fact]
    public void AnInfiniteWeightNamesItsLayer()
    {
        using var model = PretrainedModel.Load<CausalLanguageModel>(Base, CPU);
        using (no_grad()) model.get_parameter("model.layers.1.mlp.up_proj.weight")![0, 0] = float.PositiveInfinity;
        Assert.Contains("model.layers.1.mlp.up_proj", Assert.Throws<NotFiniteNumberException>(() => QuantizedModels.Quantize(model, new Nf4Options())).Message);
    }

    [Theory]
    [InlineData("""{"quant_method": "hqq", "bits": 4}""", "hqq")]
    [InlineData("""{"quant_method": "bitsandbytes", "load_in_8bit": false, "load_in_4bit": false}""", "load_in_8bit")]
    [InlineData("""{"quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_storage": "bfloat16"}""", "bnb_4bit_quant_storage")]
    public void AnotherKindOfQuantizationIsRefused(string section, string named)
    {
        var config = new JsonObject { ["quantization_config"] = JsonNode.Parse(section) };
        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => WeightFormats.Of(config)).Message);
    }

    [Fact]
    public void TheGradientFlowsThroughAFrozenLayer()
    {
        using var weight = randn(8, 64);
        using var layer = new Nf4Linear(Nf4Quantizer.Quantize(weight, new Nf4Options()), null);
        using var x = randn([2, 64], requires_grad: true);
        using var y = layer.call(x);
        y.sum().backward();
        using var expected = layer.Dequantized().sum(dim: 0L);
        Assert.InRange(x.grad![0].sub(expected).abs().max().item<float>(), 0, 1e-5);
        Assert.Empty(layer.parameters());
    }

    private CausalLanguageModel SaveQuantized()
    {
        var model = PretrainedModel.Load<CausalLanguageModel>(Base, CPU);
        QuantizedModels.Quantize(model, new Nf4Options());
        QuantizedModels.Save(model, _folder.FullName, Base);
        return model;
    }

    private void Rewrite(Action<Dictionary<string, Tensor>> change)
    {
        var file = Path.Combine(_folder.FullName, ModelFolder.SingleFile);
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        using (var reader = new SafeTensorsReader(file)) tensors = reader.Tensors.ToDictionary(tensor => tensor.Name, tensor => reader.Read(tensor.Name));
        change(tensors);
        SafeTensorsWriter.Write(file, tensors);
    }

    private static Tensor Logits(CausalLanguageModel model)
    {
        using var noGradients = no_grad();
        using var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        return model.Logits(ids);
    }
}
