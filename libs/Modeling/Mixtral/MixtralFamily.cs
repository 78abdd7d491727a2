using Platform.Modeling.Checkpoints;
using Platform.Modeling.Tasks;
using static TorchSharp.torch;

namespace Platform.Modeling.Mixtral;

/// <summary>The classes of the family, and its files, which keep each expert's three matrices on their own.</summary>
internal static class MixtralFamily
{
    private const string Router = ".mlp.gate.weight";
    private const string GateUp = ".mlp.experts.gate_up_proj";
    private const string Down = ".mlp.experts.down_proj";

    public static readonly IReadOnlyList<ModelFamily> Models = DecoderHeads.Of(
        "Mixtral",
        "mixtral",
        (json, dtype, device) => new MixtralForCausalLm(MixtralConfig.Parse(json), dtype, device),
        new CheckpointLayout { BaseModel = "model", Parts = Parts });

    private static IReadOnlyList<StoredPart>? Parts(string name, Tensor parameter)
    {
        if (Before(Router) is { } routed) return [new($"{routed}.block_sparse_moe.gate.weight", parameter)];
        if (Before(Down) is { } owner) return [.. Experts().Select(e => new StoredPart($"{owner}.block_sparse_moe.experts.{e}.w2.weight", parameter.select(0, e)))];
        if (Before(GateUp) is not { } block) return null;

        var rows = parameter.shape[1] / 2;
        return [.. Experts().SelectMany(e => (StoredPart[])
        [
            new($"{block}.block_sparse_moe.experts.{e}.w1.weight", parameter.select(0, e).narrow(0, 0, rows)),
            new($"{block}.block_sparse_moe.experts.{e}.w3.weight", parameter.select(0, e).narrow(0, rows, rows)),
        ])];

        string? Before(string suffix) => name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;
        IEnumerable<int> Experts() => Enumerable.Range(0, (int)parameter.shape[0]);
    }
}
