using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Oft;

/// <summary>What an OFT adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record OftOptions : LayerAdapterOptions
{
    public override string PeftType => "OFT";

    /// <summary>How many inputs are rotated together; the nearest divisor of a layer's inputs counts; 0: <see cref="Blocks"/> tells [oft_block_size].</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>How many rotations a layer has; 0: <see cref="BlockSize"/> tells [r].</summary>
    public int Blocks { get; init; }

    /// <summary>Whether all blocks of a layer share one rotation [block_share].</summary>
    public bool Shared { get; init; }

    /// <summary>Whether rotations stay near the identity [coft].</summary>
    public bool Constrained { get; init; }

    /// <summary>How near, for constrained ones [eps].</summary>
    public double Radius { get; init; } = 6e-5;

    /// <summary>Whether rotations are a truncated series and not exact: faster, and they turn the other way [use_cayley_neumann].</summary>
    public bool Series { get; init; } = true;

    /// <summary>Terms of the series [num_cayley_neumann_terms].</summary>
    public int SeriesTerms { get; init; } = 5;

    /// <summary>Share of the blocks that is not rotated in a training step [module_dropout].</summary>
    public double Dropout { get; init; }

    /// <summary>Whether new rotations do nothing; they are drawn otherwise, for tests [init_weights].</summary>
    public bool IdentityAtFirst { get; init; } = true;

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (Blocks < 0 || BlockSize < 0 || Blocks == 0 == (BlockSize == 0)) problems.Add($"r is {Blocks} and oft_block_size {BlockSize}; one must be 0 and the other greater than 0.");
        if (BlockSize == 1) problems.Add("oft_block_size is 1; it must be at least 2, because one number cannot be rotated.");
        if (!double.IsFinite(Radius) || Radius <= 0) problems.Add($"eps is {Radius}; it must be greater than 0.");
        if (SeriesTerms < 1) problems.Add($"num_cayley_neumann_terms is {SeriesTerms}; it must be at least 1, commonly 5.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"module_dropout is {Dropout}; it must lie in [0, 1).");
        return problems;
    }

    internal static OftOptions Read(AdapterFields fields)
    {
        fields.MustBeOff(new Dictionary<string, string> { ["bias"] = "\"none\"" });
        return Read(fields, new OftOptions
        {
            BlockSize = fields.Whole("oft_block_size", 32),
            Blocks = fields.Whole("r", 0),
            Shared = fields.Flag("block_share"),
            Constrained = fields.Flag("coft"),
            Radius = fields.Real("eps", 6e-5),
            Series = fields.Flag("use_cayley_neumann", otherwise: true),
            SeriesTerms = fields.Whole("num_cayley_neumann_terms", 5),
            Dropout = fields.Real("module_dropout", 0),
            IdentityAtFirst = fields.Flag("init_weights", otherwise: true),
        });
    }

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["bias"] = "none";
        keys["block_share"] = Shared;
        keys["coft"] = Constrained;
        keys["eps"] = PythonValues.Float(Radius);
        keys["fan_in_fan_out"] = FanInFanOut;
        keys["init_weights"] = IdentityAtFirst;
        keys["module_dropout"] = PythonValues.Float(Dropout);
        keys["num_cayley_neumann_terms"] = SeriesTerms;
        keys["oft_block_size"] = BlockSize;
        keys["r"] = Blocks;
        keys["use_cayley_neumann"] = Series;
    }

    internal override IAdapter Attach(PretrainedModel model, Generator? generator) => LayerAdapter.OnLinears(model, LayerTargets.Resolve(model, this), (path, layer) =>
    {
        var size = BlockSizeOf(layer.InFeatures);
        if (size < 2) throw new ArgumentException($"r is {Blocks}; the {layer.InFeatures} inputs of {path} cannot be divided into as many blocks of at least 2, take fewer.");
        var update = new OftUpdate(layer, size, this);
        if (generator is not null && !IdentityAtFirst) ParameterDraws.Normal(update.Angles, 0, 0.1, generator);
        return update;
    });

    /// <summary>The size of the blocks into which a number of inputs is divided.</summary>
    internal long BlockSizeOf(long inputs) => BlockSize > 0 ? NearestDivisor(inputs, BlockSize) : inputs / NearestDivisor(inputs, Blocks);

    // Of two as near the smaller, as in PEFT.
    private static long NearestDivisor(long size, long wished)
    {
        if (wished >= size) return size;
        var (lower, higher) = (wished, wished);
        while (size % lower != 0) lower--;
        while (size % higher != 0) higher++;
        return wished - lower <= higher - wished ? lower : higher;
    }
}
