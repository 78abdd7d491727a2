using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Quantization.Calibration;
using Platform.Quantization.Checkpoints;
using Platform.Quantization.Gptq;
using Platform.Quantization.Grouped;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Quantization.Tests;

public sealed class GptqTests : IDisposable
{
    private static readonly string Fixture = Path.Combine(RepositoryFolder.Fixtures, "quantization", "gptq_llama_4bit_act");
    private static readonly GptqOptions Small = new() { GroupSize = 32 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gptq-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    public void PackedIntegersComeBack(int bits)
    {
        var random = new Random(bits);
        byte[] values = [.. Enumerable.Range(0, 64 * 5).Select(_ => (byte)random.Next(1 << bits))];
        var words = BitPacking.Pack(values, 5, bits);
        Assert.Equal(64 * 5 * bits / 32, words.Length);
        var row = new byte[5];
        for (var i = 0; i < 64; i++)
        {
            BitPacking.Unpack(words, 5, bits, i, row);
            Assert.Equal(values[(i * 5)..((i + 1) * 5)], row);
        }
    }

    [Fact]
    public void AZeroPointOfZeroSurvivesTheFirstVersion()
    {
        using var scope = NewDisposeScope();
        var weight = GroupedWeight.Of(zeros(8, 8, dtype: ScalarType.Byte), ones(8, 1), tensor(new float[] { 0, 3, 0, 15, 1, 0, 2, 0 }).reshape(8, 1), null, 4, -1);
        var packed = GptqTensors.Of(weight, secondVersion: false).Single(item => item.Name == "qzeros").Tensor;
        Assert.Equal(0xF1F0EF2Fu, (uint)packed.item<int>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AWrittenModelComputesTheSameWhenLoaded(bool secondVersion)
    {
        var config = ModelConfig.ReadJson(Path.Combine(Fixture, "model", "config.json"));
        var options = ((GptqFormat)WeightFormats.Of(config)!).Options;
        using var model = Quantized(options);
        Repacking.KeepAs(model, new GptqFormat { Options = options, IsSecondVersion = secondVersion });
        QuantizedModels.Save(model, _folder.FullName, Path.Combine(Fixture, "base"));
        using var loaded = QuantizedModels.Load(_folder.FullName, CPU);
        using var noGradients = no_grad();
        using var ids = tensor(new long[] { 1, 17, 42, 99, 5, 64 }, [1, 6]);
        using var before = model.Logits(ids);
        using var after = loaded.Logits(ids);
        Assert.True(before.eq(after).all().item<bool>());
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "quantize_config.json")));
    }

    [Fact]
    public void TheGradientFlowsThroughAFrozenLayer()
    {
        using var weight = randn(32, 64);
        using var layer = new GroupedLinear(RoundToNearest.Quantize(weight, Small), null, new GptqFormat { Options = Small });
        using var x = randn([2, 64], requires_grad: true);
        using var y = layer.call(x);
        y.sum().backward();
        using var expected = layer.Dequantized().sum(dim: 0L);
        Assert.InRange(x.grad![0].sub(expected).abs().max().item<float>(), 0, 1e-4);
        Assert.Empty(layer.parameters());
    }

    [Fact]
    public void AGroupThatDoesNotDivideNamesTheLayer()
    {
        using var model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(Fixture, "base"), CPU);
        var refusal = Assert.Throws<ArgumentException>(() => GptqQuantizer.Quantize(model, Samples(), Small with { GroupSize = 48 }));
        Assert.Contains("model.layers.0.", refusal.Message);
        Assert.Contains("group_size is 48", refusal.Message);
    }

    [Fact]
    public void NoSampleIsRefused()
    {
        using var model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(Fixture, "base"), CPU);
        Assert.Contains("at least one", Assert.Throws<CalibrationException>(() => GptqQuantizer.Quantize(model, [], Small)).Message);
    }

    [Fact]
    public void ACalibrationThatSaysNothingIsRefused()
    {
        using var weight = randn(32, 64);
        using var hessian = full([64, 64], float.NaN);
        Assert.Contains("damp_percent 0.01", Assert.Throws<CalibrationException>(() => GptqSolver.Solve(weight, hessian, Small)).Message);
    }

    [Theory]
    [InlineData("""{"quant_method": "gptq", "bits": 4, "group_size": 32, "checkpoint_format": "marlin"}""", "marlin")]
    [InlineData("""{"quant_method": "gptq", "bits": 4, "pack_dtype": "int64"}""", "int64")]
    public void AnUnknownVersionIsRefused(string section, string named) =>
        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => WeightFormats.Of(new JsonObject { ["quantization_config"] = JsonNode.Parse(section) })).Message);

    [Theory]
    [InlineData("""{"quant_method": "gptq", "bits": 5}""", "bits is 5")]
    [InlineData("""{"quant_method": "gptq", "bits": 4, "group_size": 0}""", "group_size is 0")]
    [InlineData("""{"quant_method": "gptq"}""", "'bits'")]
    [InlineData("""{"quant_method": "gptq", "bits": "four"}""", "wrong type")]
    public void AWrongSettingIsNamed(string section, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => WeightFormats.Of(new JsonObject { ["quantization_config"] = JsonNode.Parse(section) })).Message);

    [Fact]
    public void AFolderWithOtherGroupsThanItsConfigNamesTheTensor()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Fixture, "model"))) File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        var path = Path.Combine(_folder.FullName, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"group_size\": 32", "\"group_size\": 64", StringComparison.Ordinal));
        Assert.Contains("qzeros", Assert.Throws<CheckpointException>(() => QuantizedModels.Load(_folder.FullName, CPU)).Message);
    }

    private static CausalLanguageModel Quantized(GptqOptions options)
    {
        var model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(Fixture, "base"), CPU);
        GptqQuantizer.Quantize(model, Samples(), options);
        return model;
    }

    private static List<Tensor> Samples() => [.. Enumerable.Range(0, 4).Select(i => randint(2, 160, [1, 32], ScalarType.Int64, generator: new Generator((ulong)i)))];
}
