using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Platform.FineTuning.Reports;
using Platform.FineTuning.Reports.TensorBoard;

namespace Platform.FineTuning.Tests.Reports;

public sealed class EventFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    /// <summary>The first record of any event file that TensorFlow writes, with the time 0: length 24 (18 00 …), checksums, and "brain.Event:2".</summary>
    [Fact]
    public void TheFirstRecordIsTheVersionByteForByte()
    {
        using (new EventFile(_file))
        {
        }

        var bytes = File.ReadAllBytes(_file);
        Assert.Equal("1800000000000000", Convert.ToHexStringLower(bytes[..8]));
        Assert.Equal("09" + "0000000000000000" + "1a0d" + Convert.ToHexStringLower("brain.Event:2"u8), Convert.ToHexStringLower(bytes[12..^4]));
        Assert.Equal(Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)));
        Assert.Equal(Masked(bytes[12..^4]), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)));
    }

    /// <summary>The check value that the catalogues of checksums give for CRC-32C.</summary>
    [Fact]
    public void TheReadersChecksumIsCrc32C() => Assert.Equal(0xE3069283u, Crc32C("123456789"u8.ToArray()));

    [Fact]
    public void AReaderThatSharesNoCodeFindsEveryScalar()
    {
        using (var events = new EventFile(_file))
        {
            events.Add(new MetricRecord { Step = 7, Time = DateTimeOffset.UnixEpoch.AddSeconds(1.5), Loss = 2.25, LearningRate = 1e-4 });
            events.Add(new MetricRecord { Step = 300, Time = DateTimeOffset.UnixEpoch.AddSeconds(3), EvalLoss = 1.75 });
        }

        Assert.Equal(
            [(7, 1.5, "train/loss", 2.25f), (7, 1.5, "train/learning_rate", 1e-4f), (300, 3.0, "eval/loss", 1.75f)],
            Records().Skip(1).SelectMany(Scalars));
    }

    public void Dispose() => File.Delete(_file);

    private List<byte[]> Records()
    {
        List<byte[]> records = [];
        var bytes = File.ReadAllBytes(_file);
        for (var place = 0; place < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(place));
            Assert.Equal(Masked(bytes[place..(place + 8)]), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(place + 8)));
            var data = bytes[(place + 12)..(place + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(place + 12 + length)));
            records.Add(data);
            place += 16 + length;
        }

        return records;
    }

    private static List<(long Step, double Time, string Tag, float Value)> Scalars(byte[] record)
    {
        var (time, step, summary) = (0.0, 0L, Array.Empty<byte>());
        foreach (var (field, input) in Fields(record))
        {
            if (field == 1) time = input.ReadDouble();
            else if (field == 2) step = input.ReadInt64();
            else if (field == 5) summary = input.ReadBytes().ToByteArray();
        }

        List<(long, double, string, float)> scalars = [];
        foreach (var (_, value) in Fields(summary))
        {
            var (tag, number) = ("", 0f);
            foreach (var (field, input) in Fields(value.ReadBytes().ToByteArray()))
            {
                if (field == 1) tag = input.ReadString();
                else number = input.ReadFloat();
            }

            scalars.Add((step, time, tag, number));
        }

        return scalars;
    }

    private static IEnumerable<(int Field, CodedInputStream Input)> Fields(byte[] message)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0) yield return (WireFormat.GetTagFieldNumber(tag), input);
    }

    private static uint Masked(byte[] data)
    {
        var crc = Crc32C(data);
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    /// <summary>Bit by bit, reflected polynomial 0x82F63B78.</summary>
    private static uint Crc32C(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }

        return ~crc;
    }
}
