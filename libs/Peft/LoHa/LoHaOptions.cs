using System.Text.Json.Nodes;
using Platform.Modeling;
using Platform.Peft.Configuration;
using Platform.Peft.Layers;
using Platform.Peft.Lycoris;
using static TorchSharp.torch;

namespace Platform.Peft.LoHa;

/// <summary>What a LoHa adapter is.</summary>
public sealed record LoHaOptions : LycorisOptions
{
    public override string PeftType => "LOHA";

    /// <summary>Whether the new update is zero; all factors are drawn otherwise, for tests [init_weights].</summary>
    public bool ZeroAtFirst { get; init; } = true;

    internal static LoHaOptions Read(AdapterFields fields) => ReadShared(fields, new LoHaOptions { ZeroAtFirst = fields.Flag("init_weights", otherwise: true) });

    internal override void Write(IDictionary<string, JsonNode?> keys)
    {
        base.Write(keys);
        keys["init_weights"] = ZeroAtFirst;
    }

    internal override IAdapter Attach(PretrainedModel model, Generator? generator) => LayerAdapter.OnLinears(model, LayerTargets.Resolve(model, this), (path, layer) =>
    {
        var update = new LoHaUpdate(layer, RankOf(path), ScalingOf(path), this);
        if (generator is not null) update.Draw(ZeroAtFirst, generator);
        return update;
    });
}
