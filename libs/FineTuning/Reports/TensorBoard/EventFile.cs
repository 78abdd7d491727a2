using Google.Protobuf;

namespace Platform.FineTuning.Reports.TensorBoard;

/// <summary>
/// Scalars as TensorBoard reads them: records of serialized <c>tensorflow.Event</c> messages,
/// Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5 },
/// Summary { repeated Value value = 1 }, Value { string tag = 1; float simple_value = 2 }.
/// </summary>
public sealed class EventFile : IDisposable
{
    private const string Version = "brain.Event:2";

    private readonly FileStream _file;

    public EventFile(string path)
    {
        _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        Write(0, 0, output =>
        {
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString(Version);
        });
    }

    public void Add(MetricRecord record)
    {
        var summary = Message(output =>
        {
            foreach (var (tag, value) in Scalars(record))
            {
                if (value is not { } number) continue;
                output.WriteTag(1, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(Value(tag, (float)number));
            }
        });
        Write(record.Time.ToUnixTimeMilliseconds() / 1000.0, record.Step, output =>
        {
            output.WriteTag(5, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(summary);
        });
    }

    public void Flush() => _file.Flush();

    public void Dispose() => _file.Dispose();

    private static IEnumerable<(string Tag, double? Value)> Scalars(MetricRecord record) =>
    [
        ("train/loss", record.Loss), ("train/learning_rate", record.LearningRate), ("train/grad_norm", record.GradNorm), ("train/epoch", record.Epoch),
        ("train/loss_scale", record.LossScale), ("speed/tokens_per_second", record.TokensPerSecond), ("speed/step_seconds", record.StepSeconds),
        ("speed/data_wait_seconds", record.DataWaitSeconds), ("memory/bytes", record.MemoryBytes), ("eval/loss", record.EvalLoss), ("eval/seconds", record.EvalSeconds),
    ];

    private static ByteString Value(string tag, float value) => Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteString(tag);
        output.WriteTag(2, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    });

    private void Write(double time, long step, Action<CodedOutputStream> content) => TfRecord.Write(_file, Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.Fixed64);
        output.WriteDouble(time);
        if (step != 0)
        {
            output.WriteTag(2, WireFormat.WireType.Varint);
            output.WriteInt64(step);
        }

        content(output);
    }).Span);

    private static ByteString Message(Action<CodedOutputStream> content)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes, leaveOpen: true);
        content(output);
        output.Flush();
        return ByteString.CopyFrom(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
