using System.Text.Json;
using Platform.FineTuning.Analysis;
using Platform.FineTuning.Reports;

namespace Platform.FineTuning.Tests.Analysis;

/// <summary>Runs with a fault put in, and healthy ones; every fault must be found and nothing else.</summary>
public sealed class TrainingAnalysisTests
{
    private const int Seeds = 20;

    [Fact]
    public void HealthyRunsHaveNoFindings()
    {
        for (var seed = 0; seed < Seeds; seed++) Assert.Empty(Analyse(seed, new()).Findings);
    }

    [Fact]
    public void EveryInjectedFaultIsFoundAndNothingElse()
    {
        (string Kind, Func<Random, Run> Inject)[] faults =
        [
            ("loss-spikes", random => new() { SpikeAt = random.Next(40, 290), SpikeFactor = 3 + 4 * random.NextDouble() }),
            ("gradient-explosion", random => new() { ExplosionAt = random.Next(40, 290), ExplosionFactor = 30 + 100 * random.NextDouble() }),
            ("plateau", _ => new() { Learns = 0.05 }),
            ("over-fitting", random => new() { OverfitsAt = random.Next(80, 180) }),
            ("lost-data", random => new() { Data = new(1000, random.Next(0, 50), random.Next(20, 200)) }),
        ];
        Assert.Equal(TrainingAnalysis.Kinds.Order(), faults.Select(fault => fault.Kind).Order());
        foreach (var (kind, inject) in faults)
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var run = inject(new Random(seed));
                var finding = Assert.Single(Analyse(seed, run).Findings);
                Assert.Equal(kind, finding.Kind);
                if (run.SpikeAt is { } spike) Assert.Contains(spike, finding.Steps);
                if (run.ExplosionAt is { } explosion) Assert.Contains(explosion, finding.Steps);
                Assert.All(finding.Evidence.Values, value => Assert.True(double.IsFinite(value)));
            }
        }
    }

    [Fact]
    public void AGradientThatIsNoNumberIsAnExplosionUnlessTheLossIsScaled()
    {
        var records = Records(1, new());
        var overflown = records[100] with { GradNorm = double.PositiveInfinity };

        Assert.Single(TrainingAnalysis.Of(new([.. records.Take(100), overflown, .. records.Skip(101)])).Findings, finding => finding.Kind == "gradient-explosion");
        Assert.Empty(TrainingAnalysis.Of(new([.. records.Take(100), overflown with { LossScale = 65536 }, .. records.Skip(101)])).Findings);
    }

    [Fact]
    public void TheReportIsTextForPeopleAndJsonForPrograms()
    {
        var analysis = Analyse(3, new() { SpikeAt = 120, SpikeFactor = 5 });

        var json = JsonDocument.Parse(analysis.ToJson()).RootElement;
        Assert.Equal(300, json.GetProperty("steps").GetInt64());
        Assert.Equal(120, json.GetProperty("findings")[0].GetProperty("steps")[0].GetInt64());
        Assert.Contains("## loss-spikes", analysis.ToMarkdown());
        Assert.Contains("in step 120", analysis.ToMarkdown());
        Assert.Contains("Nothing was found by", Analyse(3, new()).ToMarkdown());
    }

    [Fact]
    public void AShortRunIsAnalysedToo() => Assert.Empty(TrainingAnalysis.Of(new([])).Findings);

    private static TrainingAnalysis Analyse(int seed, Run run) => TrainingAnalysis.Of(new(Records(seed, run), run.Data));

    /// <summary>300 steps whose loss falls exponentially with a scatter of 5 %, measured every 20.</summary>
    private static List<MetricRecord> Records(int seed, Run run)
    {
        var random = new Random(1000 + seed);
        List<MetricRecord> records = [];
        for (var step = 1; step <= 300; step++)
        {
            var level = 3 * (1 - run.Learns * (1 - Math.Exp(-step / 80.0)));
            var loss = level * (1 + 0.05 * Normal(random)) * (step == run.SpikeAt ? run.SpikeFactor : 1);
            var norm = (0.5 + level / 3) * (1 + 0.15 * Normal(random)) * (step == run.ExplosionAt ? run.ExplosionFactor : 1);
            records.Add(new() { Step = step, Time = DateTimeOffset.UnixEpoch, Loss = loss, GradNorm = norm, StepSeconds = 0.1, DataWaitSeconds = 0.001, TokensPerSecond = 1000 });
            if (step % 20 != 0) continue;
            var gap = run.OverfitsAt is { } start && step > start ? 0.5 * (step - start) / 60.0 : 0;
            records.Add(new() { Step = step, Time = DateTimeOffset.UnixEpoch, EvalLoss = (level + 0.1 + gap) * (1 + 0.005 * Normal(random)) });
        }

        return records;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed record Run
    {
        public long? SpikeAt { get; init; }
        public double SpikeFactor { get; init; }
        public long? ExplosionAt { get; init; }
        public double ExplosionFactor { get; init; }
        public long? OverfitsAt { get; init; }
        public double Learns { get; init; } = 0.8;
        public DataLosses? Data { get; init; } = new(1000, 0, 5);
    }
}
