using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using static TorchSharp.torch;

namespace Platform.Peft.Boft;

/// <summary>What a BOFT adapter is; the names in brackets are those of PEFT's adapter_config.json.</summary>
public sealed record BoftOptions : LayerAdapterOptions
{
    public override string PeftType => "BOFT";

    /// <summary>How many inputs are rotated together; 0: <see cref="Blocks"/> tells [boft_block_size].</summary>
    public int BlockSize { get; init; } = 4;

    /// <summary>How many blocks a layer has; 0: <see cref="BlockSize"/> tells [boft_block_num].</summary>
    public int Blocks { get; init; }

    /// <summary>How many rotations follow each other, each mixing blocks twice as far apart [boft_n_butterfly_factor].</summary>
    public int Factors { get; init; } = 1;

    /// <summary>Share of one factor's blocks that is not rotated in a training step [boft_dropout].</summary>
    public double Dropout { get; init; }

    /// <summary>Whether new rotations do nothing; they are drawn otherwise, for tests [init_weights].</summary>
    public bool IdentityAtFirst { get; init; } = true;

    /// <summary>Factors in the saved tensors: PEFT writes one, whatever the configuration says, where its CUDA extension is missing.</summary>
    internal int? SavedFactors { get; init; }

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (Blocks < 0 || BlockSize < 0 || Blocks == 0 == (BlockSize == 0)) problems.Add($"boft_block_num is {Blocks} and boft_block_size {BlockSize}; one must be 0 and the other greater than 0.");
        if (Factors is < 1 or > 32) problems.Add($"boft_n_butterfly_factor is {Factors}; it must lie in 1..32, commonly 1 to 4.");
        if (double.IsNaN(Dropout) || Dropout is < 0 or >= 1) problems.Add($"boft_dropout is {Dropout}; it must lie in [0, 1).");
        return problems;
    }

    internal static BoftOptions Read(AdapterFields fields)
    {
        fields.MustBeOff(new Dictionary<string, string> { ["bias"] = "\"none\"" });
        return Read(fields, new BoftOptions
        {
            BlockSize = fields.Whole("boft_block_size", 4),
            Blocks = fields.Whole("boft_block_num", 0),
            Factors = fields.Whole("boft_n_butterfly_factor", 1),
            Dropout = fields.Real("boft_dropout", 0),
            IdentityAtFirst = fields.Flag("init_weights", otherwise: true),
        });
    }

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["bias"] = "none";
        keys["boft_block_num"] = Blocks;
        keys["boft_block_size"] = BlockSize;
        keys["boft_dropout"] = PythonValues.Float(Dropout);
        keys["boft_n_butterfly_factor"] = Factors;
        keys["fan_in_fan_out"] = FanInFanOut;
        keys["init_weights"] = IdentityAtFirst;
    }

    internal override AdapterOptions CompletedBy(string folder)
    {
        using var file = AdapterFiles.Open(folder);
        var rotations = file.Tensors.FirstOrDefault(tensor => tensor.Name.EndsWith(".boft_R", StringComparison.Ordinal));
        return rotations is { Shape: [var factors and >= 1 and <= 32, ..] } ? this with { SavedFactors = (int)factors } : this;
    }

    internal override IAdapter Attach(PretrainedModel model, Generator? generator) => LayerAdapter.OnLinears(model, LayerTargets.Resolve(model, this), (path, layer) =>
    {
        var size = BlockSizeOf(path, layer.InFeatures);
        var update = new BoftUpdate(layer, size, SavedFactors ?? Factors, Dropout);
        if (generator is null || IdentityAtFirst) return update;
        ParameterDraws.Normal(update.Rotations, 0, 0.1, generator);
        ParameterDraws.Normal(update.Scale, 1, 0.1, generator);
        return update;
    });

    private long BlockSizeOf(string path, long inputs)
    {
        var count = SavedFactors ?? Factors;
        var (name, number) = Blocks > 0 ? ("boft_block_num", Blocks) : ("boft_block_size", BlockSize);
        if (inputs % number != 0) throw new ArgumentException($"{name} is {number}; it must divide the {inputs} inputs of {path}.");
        var size = Blocks > 0 ? inputs / Blocks : BlockSize;
        if (count > 1 && (size % 2 != 0 || inputs % (size << (count - 1)) != 0))
            throw new ArgumentException($"boft_n_butterfly_factor is {count} with blocks of {size}; blocks must be even, and {inputs}, the inputs of {path}, a multiple of {size} · 2^{count - 1}.");
        return size;
    }
}
