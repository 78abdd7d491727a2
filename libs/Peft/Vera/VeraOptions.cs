using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Vera;

/// <summary>What a VeRA adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record VeraOptions : LayerAdapterOptions
{
    public override string PeftType => "VERA";

    /// <summary>Width of the projections [r].</summary>
    public int Rank { get; init; } = 256;

    /// <summary>Seed of the projections [projection_prng_key].</summary>
    public long Seed { get; init; }

    /// <summary>Whether the projections are saved, so that no other library has to draw the same numbers [save_projection].</summary>
    public bool SaveProjection { get; init; } = true;

    /// <summary>First value of the inner scales [d_initial].</summary>
    public double InitialScale { get; init; } = 0.1;

    /// <summary>Probability of dropping an input of the update while training [vera_dropout].</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the new update is zero; scales are drawn otherwise, for tests [init_weights].</summary>
    public bool ZeroAtFirst { get; init; } = true;

    public override string Summary => $"Rank {Rank}, on {TargetModules}.";

    private protected override bool Excludes => false;

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (Rank < 1) problems.Add($"r is {Rank}; it must be at least 1, commonly 256.");
        if (Seed < 0) problems.Add($"projection_prng_key is {Seed}; it must be at least 0.");
        if (!double.IsFinite(InitialScale)) problems.Add($"d_initial is {InitialScale}; it must be a number, commonly 0.1.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"vera_dropout is {Dropout}; it must lie in [0, 1).");
        return problems;
    }

    internal static VeraOptions Read(AdapterFields fields)
    {
        fields.MustBeOff(new Dictionary<string, string> { ["bias"] = "\"none\"" });
        return Read(fields, new VeraOptions
        {
            Rank = fields.Whole("r", 256),
            Seed = fields.Whole("projection_prng_key", 0),
            SaveProjection = fields.Flag("save_projection", otherwise: true),
            InitialScale = fields.Real("d_initial", 0.1),
            Dropout = fields.Real("vera_dropout", 0),
            ZeroAtFirst = fields.Flag("init_weights", otherwise: true),
        });
    }

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["bias"] = "none";
        keys["d_initial"] = PythonValues.Float(InitialScale);
        keys["fan_in_fan_out"] = FanInFanOut;
        keys["init_weights"] = ZeroAtFirst;
        keys["projection_prng_key"] = Seed;
        keys["r"] = Rank;
        keys["save_projection"] = SaveProjection;
        keys["vera_dropout"] = PythonValues.Float(Dropout);
    }

    internal override IAdapter Attach(PretrainedModel model, Generator? generator)
    {
        var resolved = LayerTargets.Resolve(model, this);
        var projections = VeraProjections.For(model, resolved);
        try
        {
            return new VeraAdapter(model, resolved, projections, generator);
        }
        catch
        {
            projections.Dispose();
            throw;
        }
    }
}
