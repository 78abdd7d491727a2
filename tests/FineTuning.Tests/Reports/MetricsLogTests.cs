using System.Diagnostics;
using Platform.FineTuning.Reports;

namespace Platform.FineTuning.Tests.Reports;

public sealed class MetricsLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("metrics-").FullName;

    [Fact]
    public void AResumedRunGoesOnWithoutGapsOrDuplicates()
    {
        List<string> lines;
        using (var log = MetricsLog.Open(_folder, [], 0))
        {
            for (var step = 1; step <= 7; step++) log.Add(Step(step));
            log.Flush();
            lines = [.. File.ReadLines(Path.Combine(_folder, MetricsLog.LinesName))];
        }

        lines[^1] = lines[^1][..20]; // cut off by a crash
        using (var log = MetricsLog.Open(_folder, lines, resumedFrom: 4))
        {
            for (var step = 5; step <= 9; step++) log.Add(Step(step));
            log.Add(MetricRecord.Of(new Measurement(9, 1.25, IsBest: true, TimeSpan.FromSeconds(2)), DateTimeOffset.UnixEpoch));
        }

        var records = MetricsLog.Read(_folder);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 9], records.Select(record => record.Step));
        Assert.Equal(1.25, records[^1].EvalLoss);
        Assert.Null(records[^1].Loss);
    }

    [Fact]
    public void ARecordComesBackAsItWasAlsoWithAnOverflownGradient()
    {
        var record = Step(3) with { GradNorm = double.PositiveInfinity, LossScale = 65536 };

        Assert.Equal(record, MetricRecord.Parse(record.ToLine()));
        Assert.Contains("\"grad_norm\":\"Infinity\"", record.ToLine());
    }

    /// <summary>A hundredth of a step of ten milliseconds is a tenth of a millisecond.</summary>
    [Fact]
    public void ARecordCostsLessThanAHundredthOfAFastStep()
    {
        using var log = MetricsLog.Open(_folder, [], 0);
        log.Add(Step(0));
        var fastest = Enumerable.Range(0, 10).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            for (var step = 1; step <= 200; step++) log.Add(Step(step));
            return Stopwatch.GetElapsedTime(start) / 200;
        });

        Assert.InRange(fastest.TotalMilliseconds, 0, 0.1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static MetricRecord Step(long step) => MetricRecord.Of(
        new TrainingProgress(step, 10, 2.5 / (step + 1), 1e-4, 0.7, 100 * step, 5000, TimeSpan.FromSeconds(10 - step)) { Epoch = 0.1 * step, Took = TimeSpan.FromMilliseconds(50) },
        1 << 30, DateTimeOffset.UnixEpoch.AddSeconds(step));
}
