using Platform.Modeling;
using Platform.Modeling.Checkpoints;
using Platform.Quantization.Gguf;
using Platform.Quantization.Gguf.Blocks;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Quantization.Tests;

public sealed class GgufTests : IDisposable
{
    private static readonly string Fixture = Path.Combine(RepositoryFolder.Fixtures, "quantization", "gguf_llama");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gguf-");

    public static TheoryData<string> Types => [.. GgufTypes.All.Select(type => type.Name)];

    private string File => Path.Combine(_folder.FullName, "model.gguf");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Types))]
    public void QuantizingWhatWasDequantizedChangesLittle(string name)
    {
        var type = GgufTypes.Named(name);
        var random = new Random(7);
        float[] values = [.. Enumerable.Range(0, 1024).Select(_ => (float)(random.NextDouble() - 0.5))];
        var (once, twice) = (new float[values.Length], new float[values.Length]);
        type.Dequantize(type.Quantize(values), once);
        type.Dequantize(type.Quantize(once), twice);
        Assert.InRange(once.Zip(values).Average(pair => Math.Abs(pair.First - pair.Second)), 0, 2 / Math.Pow(2, Math.Min(type.BitsPerWeight, 8.5)));
        Assert.InRange(twice.Zip(once).Average(pair => Math.Abs(pair.First - pair.Second)), 0, 0.5 / Math.Pow(2, Math.Min(type.BitsPerWeight, 8.5)));
    }

    [Theory, MemberData(nameof(Types))]
    public void ABlockOfZerosStaysZero(string name)
    {
        var type = GgufTypes.Named(name);
        var back = new float[256];
        type.Dequantize(type.Quantize(new float[256]), back);
        Assert.All(back, value => Assert.Equal(0, value));
    }

    [Fact]
    public void AWrittenModelComputesTheSameWhenRead()
    {
        using var model = Export("F32");
        using var read = GgufModels.Load(File, CPU);
        using var noGradients = no_grad();
        using var ids = tensor(new long[] { 5, 17, 42, 99, 5, 64 }, [1, 6]);
        using var before = model.Logits(ids);
        using var after = read.Logits(ids);
        Assert.InRange(before.sub(after).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void RowsThatFillNoSuperBlockBecomeQ8()
    {
        using (Export("Q4_K"))
        {
            using var file = GgufFile.Open(File);
            Assert.Equal("Q8_0", file.Tensors["blk.0.attn_q.weight"].Type.Name);
            Assert.Equal("F32", file.Tensors["blk.0.attn_norm.weight"].Type.Name);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(3000)]
    [InlineData(-100)]
    public void ATruncatedFileIsRefused(int length)
    {
        Export("Q8_0").Dispose();
        using (var stream = System.IO.File.OpenWrite(File)) stream.SetLength(length > 0 ? length : stream.Length + length);
        Assert.Contains(File, Assert.Throws<InvalidDataException>(() => GgufFile.Open(File)).Message);
    }

    [Fact]
    public void ACountBeyondTheFileIsRefusedBeforeMemoryIsTaken()
    {
        Export("Q8_0").Dispose();
        using (var stream = System.IO.File.OpenWrite(File))
        {
            stream.Position = 16;
            stream.Write(BitConverter.GetBytes(ulong.MaxValue / 2));
        }

        Assert.Throws<InvalidDataException>(() => GgufFile.Open(File));
    }

    [Fact]
    public void AnUnknownVersionIsRefused()
    {
        System.IO.File.WriteAllBytes(File, [.. "GGUF"u8, 9, 0, 0, 0, .. new byte[64]]);
        Assert.Contains("version 9", Assert.Throws<NotSupportedException>(() => GgufFile.Open(File)).Message);
    }

    [Fact]
    public void AFamilyWithoutNamesIsRefused()
    {
        using var model = PretrainedModel.Create<CausalLanguageModel>(new System.Text.Json.Nodes.JsonObject { ["architectures"] = new System.Text.Json.Nodes.JsonArray("GPT2LMHeadModel"), ["model_type"] = "gpt2", ["n_embd"] = 32, ["n_head"] = 4, ["n_layer"] = 1, ["n_positions"] = 16, ["vocab_size"] = 40 }, CPU);
        Assert.Contains("gpt2", Assert.Throws<NotSupportedException>(() => GgufModels.Export(model, File, GgufTypes.Float32, Fixture)).Message);
    }

    [Fact]
    public void AnAdaptersUpdateIsThatOfTheWrittenRows()
    {
        using var scope = NewDisposeScope();
        using var model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(Fixture, "hf"), CPU);
        var (a, b) = (randn([4, 64], generator: new Generator(1)), randn([64, 4], generator: new Generator(2)));
        const string key = "base_model.model.model.layers.1.self_attn.q_proj";
        SafeTensorsWriter.Write(Path.Combine(_folder.FullName, "adapter_model.safetensors"), new Dictionary<string, Tensor> { [$"{key}.lora_A.weight"] = a, [$"{key}.lora_B.weight"] = b });
        System.IO.File.WriteAllText(Path.Combine(_folder.FullName, "adapter_config.json"), """{"peft_type": "LORA", "r": 4, "lora_alpha": 16}""");
        GgufAdapters.Export(_folder.FullName, File, GgufTypes.Float32, model.Config);
        using var file = GgufFile.Open(File);
        Assert.Equal(16f, file.Values["adapter.lora.alpha"].Items[0]);
        Assert.Equal("adapter", file.Values["general.type"].Items[0]);

        // The rows of a head: the first halves of the rotary pairs, then the second ones; in the file they alternate.
        var mine = file.Read("blk.1.attn_q.weight.lora_b").matmul(file.Read("blk.1.attn_q.weight.lora_a"));
        var expected = b.matmul(a).reshape(4, 2, 8, 64).transpose(1, 2).reshape(64, 64);
        Assert.InRange(mine.sub(expected).abs().max().item<float>(), 0, 1e-5);
    }

    private CausalLanguageModel Export(string type)
    {
        var model = PretrainedModel.Load<CausalLanguageModel>(Path.Combine(Fixture, "hf"), CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        GgufModels.Export(model, File, GgufTypes.Named(type), Path.Combine(Fixture, "hf"));
        return model;
    }
}
