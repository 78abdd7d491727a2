using System.IO.Compression;
using System.Text;
using Platform.Modeling.Checkpoints;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Checkpoints;

/// <summary>pytorch_model.bin in both formats of torch.save.</summary>
public sealed class TorchFileTests
{
    private static string Recorded(string name) => Path.Combine(RepositoryFolder.Fixtures, "models", name, "pytorch_model.bin");

    [Fact]
    public void BothFormatsHoldTheTensors()
    {
        using var scope = NewDisposeScope();
        using var zipped = ModelFolder.Open(Path.GetDirectoryName(Recorded("gpt2-bin"))!);
        using var legacy = ModelFolder.Open(Path.GetDirectoryName(Recorded("gpt2-bin-legacy"))!);
        Assert.Equal(zipped.TensorNames.Order(StringComparer.Ordinal), legacy.TensorNames.Order(StringComparer.Ordinal));
        Assert.Contains("transformer.h.0.attn.c_attn.weight", zipped.TensorNames);
        foreach (var name in zipped.TensorNames)
        {
            Assert.Equal("F32", zipped.Entry(name).Dtype);
            Assert.Equal(zipped.Read(name).shape, legacy.Read(name).shape);
            Assert.InRange(legacy.Read(name).abs().max().ToDouble(), 1e-3, 10);
        }

        // Saved as one storage with two names.
        Assert.True(zipped.Read("transformer.wte.weight").eq(zipped.Read("lm_head.weight")).all().item<bool>());
    }

    [Fact]
    public void AValueIsConvertedToTheDestinationsType()
    {
        using var scope = NewDisposeScope();
        using var folder = ModelFolder.Open(Path.GetDirectoryName(Recorded("gpt2-bin"))!);
        var wide = folder.Read("transformer.wte.weight");
        var narrow = empty(wide.shape, ScalarType.BFloat16);
        folder.ReadInto("transformer.wte.weight", narrow);
        Assert.True(narrow.eq(wide.to(ScalarType.BFloat16)).all().item<bool>());
        Assert.Contains("shape", Assert.Throws<CheckpointException>(() => folder.ReadInto("transformer.wte.weight", empty(3))).Message);
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch._utils", "_rebuild_something")]
    public void WhatAPickleAsksToCallIsNamedAndNotRun(string module, string function)
    {
        using var folder = new TemporaryFolder();
        var marker = folder.File("marker");
        Write(folder, $"c{module}\n{function}\n", Text($"touch {marker}"), "\u0085R.");
        var refusal = Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.Path));
        Assert.Contains($"{module}.{function}", refusal.Message);
        Assert.Contains("safetensors", refusal.Message);
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public void WhatIsNoTensorIsRefusedByItsName()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "\u0080\u0002}", Text("epoch"), "K\u0003s.");
        Assert.Contains("'epoch' is no tensor", Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.Path)).Message);
    }

    [Theory]
    [InlineData("", "ends early")]
    [InlineData("R.", "stack")]
    [InlineData("(((", "ends early")]
    [InlineData("h\u0007.", "recalls")]
    [InlineData("}(s.", "mark")]
    [InlineData("]K\u0001K\u0002s.", "fills")]
    [InlineData("K\u0001.", "no dictionary")]
    [InlineData("\u0081.", "0x81")]
    public void ADamagedPickleIsRefused(string pickle, string reason)
    {
        using var folder = new TemporaryFolder();
        Write(folder, pickle);
        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.Path)).Message);
    }

    [Theory]
    [InlineData("gpt2-bin")]
    [InlineData("gpt2-bin-legacy")]
    public void AnyDamageIsReportedAndNeverCrashes(string name)
    {
        var sound = File.ReadAllBytes(Recorded(name));
        var random = new Random(7);
        var refused = 0;
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 600; round++)
        {
            var bytes = sound.ToArray();
            if (round % 3 == 0) bytes = bytes[..random.Next(bytes.Length)];
            else for (var flips = random.Next(1, 8); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(folder.File("pytorch_model.bin"), bytes);
            try
            {
                using var scope = NewDisposeScope();
                using var opened = ModelFolder.Open(folder.Path);
                foreach (var tensor in opened.TensorNames.Where(tensor => opened.Entry(tensor).Shape.Aggregate(1.0, (product, size) => product * size) < 1e6)) opened.Read(tensor);
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 200, 600);
    }

    private static string Text(string text) => $"X{(char)text.Length}\0\0\0{text}";

    private static void Write(TemporaryFolder folder, params string[] pickle)
    {
        using var archive = ZipFile.Open(folder.File("pytorch_model.bin"), ZipArchiveMode.Create);
        using var entry = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
        entry.Write(Encoding.Latin1.GetBytes(string.Concat(pickle)));
    }
}
