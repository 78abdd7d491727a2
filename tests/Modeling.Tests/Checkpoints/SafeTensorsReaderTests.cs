using System.Buffers.Binary;
using System.Text;
using Platform.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Checkpoints;

public sealed class SafeTensorsReaderTests
{
    [Theory]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "truncated")]
    [InlineData("""{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "does not fill")]
    [InlineData("""{"t":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"t":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0]}}""", 0, "does not fill")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "negative")]
    [InlineData("""{"t":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8, "F99")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "offsets")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "offsets")]
    [InlineData("""{"s":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlap")]
    [InlineData("""{"s":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "gap")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "twice")]
    [InlineData("""{"t":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "does not fill")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "malformed")]
    [InlineData("""{"t":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "malformed")]
    [InlineData("""{"t":17}""", 4, "malformed")]
    public void AHostileHeaderIsRefusedWithFileTensorAndReason(string header, int dataLength, string reason)
    {
        using var folder = new TemporaryFolder();
        var refusal = Assert.Throws<CheckpointException>(() => Open(folder, header, dataLength));
        Assert.Contains("x.safetensors", refusal.Message);
        Assert.Contains(reason, refusal.Message);
        Assert.Contains("'t'", refusal.Message);
    }

    [Theory]
    [InlineData("""{}""", 4, "4")]
    [InlineData("""[]""", 0, "malformed")]
    [InlineData("""{"a""", 0, "malformed")]
    public void AHeaderWithoutTensorsIsRefusedWithTheReason(string header, int dataLength, string reason)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => Open(folder, header, dataLength)).Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001UL)]
    [InlineData(1000UL)]
    public void AHeaderLengthBeyondTheFileIsRefused(ulong length)
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(folder.File("x.safetensors"), bytes);
        Assert.Contains("header", Assert.Throws<CheckpointException>(() => new SafeTensorsReader(folder.File("x.safetensors"))).Message);
    }

    [Fact]
    public void MissingFilesAndTensorsAreNamed()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("gone.safetensors", Assert.Throws<CheckpointException>(() => new SafeTensorsReader(folder.File("gone.safetensors"))).Message);

        using var reader = Open(folder, """{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        Assert.Contains("'u'", Assert.Throws<CheckpointException>(() => reader.Read("u")).Message);
        using var wrong = zeros(3);
        var refusal = Assert.Throws<CheckpointException>(() => reader.ReadInto("t", wrong));
        Assert.Contains("[2]", refusal.Message);
        Assert.Contains("[3]", refusal.Message);
    }

    [Fact]
    public void AnUnalignedTensorIsReadRight()
    {
        using var folder = new TemporaryFolder();
        using var reader = Open(folder, """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"t":{"dtype":"I64","shape":[1],"data_offsets":[1,9]}}""", 9);
        using var read = reader.Read("t");
        Assert.Equal(0x0807060504030201, read.data<long>()[0]);
    }

    // The data are the bytes 0, 1, 2 …
    private static SafeTensorsReader Open(TemporaryFolder folder, string header, int dataLength)
    {
        var length = new byte[8];
        var json = Encoding.UTF8.GetBytes(header);
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        File.WriteAllBytes(folder.File("x.safetensors"), [.. length, .. json, .. Enumerable.Range(0, dataLength).Select(i => (byte)i)]);
        return new SafeTensorsReader(folder.File("x.safetensors"));
    }
}
