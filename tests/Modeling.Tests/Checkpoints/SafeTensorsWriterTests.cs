using Platform.Modeling.Checkpoints;
using Platform.Testing;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Checkpoints;

public sealed class SafeTensorsWriterTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Fixtures, "models"), "*.safetensors", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(RepositoryFolder.Fixtures, file)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public void AFileOfTheReferenceIsWrittenAgainByteForByte(string name)
    {
        using var folder = new TemporaryFolder();
        var original = Path.Combine(RepositoryFolder.Fixtures, name);
        using var reader = new SafeTensorsReader(original);

        // Reversed: the order is the writer's work.
        var tensors = reader.Tensors.Reverse().ToDictionary(entry => entry.Name, entry => reader.Read(entry.Name));
        SafeTensorsWriter.Write(folder.File("copy"), tensors, reader.Metadata);
        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(folder.File("copy")));
    }

    [Fact]
    public void EveryTypeAndOddShapeComesBack()
    {
        using var folder = new TemporaryFolder();
        var types = (ScalarType[])[ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64];
        var tensors = types.ToDictionary(type => $"{type} \"quoted\" \\ \n ünï😀", type => tensor((long[])[0, 1, 1, 0, 1, 1]).reshape(2, 3).to(type));
        tensors["empty"] = zeros(3, 0);
        tensors["scalar"] = ones([]);
        tensors["transposed"] = arange(6, ScalarType.Float32).reshape(2, 3).t();
        SafeTensorsWriter.Write(folder.File("x.safetensors"), tensors);

        using var reader = new SafeTensorsReader(folder.File("x.safetensors"));
        Assert.Equal("pt", reader.Metadata["format"]);
        Assert.Equal(tensors.Count, reader.Tensors.Count);
        foreach (var (name, expected) in tensors)
        {
            using var actual = reader.Read(name);
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True(actual.eq(expected).all().item<bool>(), name);
        }
    }

    [Fact]
    public void AWriteThatFailsLeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("x.safetensors");
        SafeTensorsWriter.Write(file, new Dictionary<string, Tensor> { ["a"] = ones(2) });
        var before = File.ReadAllBytes(file);

        var broken = new Tensor[2];
        (broken[0], broken[1]) = (ones(2), ones(2).to_sparse());
        Assert.ThrowsAny<Exception>(() => SafeTensorsWriter.Write(file, new Dictionary<string, Tensor> { ["a"] = broken[0], ["b"] = broken[1] }));
        Assert.Equal(before, File.ReadAllBytes(file));
        Assert.Single(Directory.EnumerateFiles(folder.Path));
    }
}
