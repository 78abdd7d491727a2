using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using Platform.Peft.Lycoris;
using static TorchSharp.torch;

namespace Platform.Peft.LoKr;

/// <summary>What a LoKr adapter is.</summary>
public sealed record LoKrOptions : LycorisOptions
{
    public override string PeftType => "LOKR";

    /// <summary>Whether the left matrix too is a product of two where that is smaller [decompose_both].</summary>
    public bool DecomposeBoth { get; init; }

    /// <summary>The wished size of the left matrix; -1: near the square root of the layer's [decompose_factor].</summary>
    public int DecomposeFactor { get; init; } = -1;

    /// <summary>Whether the outputs that stay after rank dropout grow so that their mean stays [rank_dropout_scale].</summary>
    public bool RankDropoutScale { get; init; }

    /// <summary>How new factors are drawn [init_weights].</summary>
    public LoKrInit Init { get; init; }

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [.. base.Problems()];
        if (DecomposeFactor is not (-1 or > 0)) problems.Add($"decompose_factor is {DecomposeFactor}; it must be -1 or at least 1.");
        return problems;
    }

    internal static LoKrOptions Read(AdapterFields fields) => ReadShared(fields, new LoKrOptions
    {
        DecomposeBoth = fields.Flag("decompose_both"),
        DecomposeFactor = fields.Whole("decompose_factor", -1),
        RankDropoutScale = fields.Flag("rank_dropout_scale"),
        Init = fields.Json["init_weights"]?.ToJsonString() switch
        {
            null or "true" => LoKrInit.LeftZero,
            "false" => LoKrInit.Random,
            "\"lycoris\"" => LoKrInit.RightZero,
            var other => fields.Wrong("init_weights", $"is {other}; it must be true, false or lycoris", LoKrInit.LeftZero),
        },
    });

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["decompose_both"] = DecomposeBoth;
        keys["decompose_factor"] = DecomposeFactor;
        keys["init_weights"] = Init switch { LoKrInit.RightZero => "lycoris", LoKrInit.Random => false, _ => true };
        keys["rank_dropout_scale"] = RankDropoutScale;
    }

    internal override IAdapter Attach(PretrainedModel model, Generator? generator) => LayerAdapter.OnLinears(model, LayerTargets.Resolve(model, this), (path, layer) =>
    {
        var update = new LoKrUpdate(layer, RankOf(path), ScalingOf(path), this);
        if (generator is not null) update.Draw(Init, generator);
        return update;
    });
}

/// <summary>How the factors of a new LoKr are drawn. The update is zero at first in any case but <see cref="Random"/>.</summary>
public enum LoKrInit
{
    /// <summary>The left matrix is zero.</summary>
    LeftZero,

    /// <summary>The right matrix is zero, as in the LyCORIS library.</summary>
    RightZero,

    /// <summary>None is zero: for tests.</summary>
    Random,
}
