using Platform.Modeling;
using Platform.Peft.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Peft.Lora;

/// <summary>How LoRAs are combined.</summary>
public enum CombinationKind
{
    /// <summary>Weighted sums of the A and of the B.</summary>
    Linear,

    /// <summary>All ranks side by side: exactly the weighted sum of the updates.</summary>
    Cat,

    /// <summary>The best approximation of a low rank of the weighted sum of the updates.</summary>
    Svd,

    /// <summary>As linear, of the largest numbers only, where signs agree with the majority (Yadav et al., 2023).</summary>
    Ties,

    /// <summary>As linear, of numbers that are left out at random and made up for (Yu et al., 2023).</summary>
    DareLinear,

    /// <summary>As ties, of numbers that are left out at random and made up for.</summary>
    DareTies,

    /// <summary>As linear, of the largest numbers only.</summary>
    MagnitudePrune,
}

/// <summary>A LoRA made of others.</summary>
/// <remarks>
/// Linear, with u = |w s|: A = Σ sign(w) √u A_i, B = Σ √u B_i; cat: A = [w s A_i], B = [B_i]; svd: U S Vᵀ = Σ w s · s B_i A_i, A = V_rᵀ, B = U_r S_r.
/// Yadav, Tam, Choshen, Raffel, Bansal: "TIES-Merging", 2023; Yu, Yu, Yu, Huang, Li: "Language Models are Super Mario" (DARE), 2023.
/// Differs from the papers: they merge full weights, here A and B are merged apart, as in PEFT, so that products of different adapters arise;
/// as there, svd applies the scaling s twice.
/// </remarks>
public sealed record WeightedCombination
{
    public CombinationKind Kind { get; init; } = CombinationKind.Linear;

    /// <summary>The adapters and their weights, which may be negative.</summary>
    public required IReadOnlyList<(string Name, double Weight)> Sources { get; init; }

    /// <summary>Which share of the numbers is kept where some are left out, above 0 and at most 1.</summary>
    public double Density { get; init; } = 1;

    /// <summary>The rank that svd gives; the largest of the sources' if absent.</summary>
    public int? SvdRank { get; init; }

    /// <summary>Whether the majority of signs is counted, not summed by size.</summary>
    public bool MajorityByCount { get; init; }

    /// <summary>Draws what DARE leaves out.</summary>
    public Generator? Generator { get; init; }

    /// <exception cref="ArgumentException">The adapters cannot be combined so; the message says why.</exception>
    internal IAdapter Attach(PretrainedModel model, IReadOnlyList<LayerAdapter> adapters)
    {
        if (Problems(adapters) is [_, ..] problems) throw new ArgumentException(string.Join(" ", problems));
        List<LoraOptions> options = [.. adapters.Select(adapter => (LoraOptions)adapter.Options)];
        var rank = Kind switch { CombinationKind.Cat => options.Sum(one => one.Rank), CombinationKind.Svd => SvdRank ?? options.Max(one => one.Rank), _ => options[0].Rank };
        var combined = (LayerAdapter)(options[0] with { Rank = rank, Alpha = rank, RankStabilized = false, RankPattern = [], AlphaPattern = [], TargetModules = Union(options) }).Attach(model, generator: null);
        try
        {
            foreach (var (path, _, update) in combined.Updates) Fill((LoraUpdate)update, [.. Parts(adapters, path)]);
            return combined;
        }
        catch
        {
            combined.Dispose();
            throw;
        }
    }

    private List<string> Problems(IReadOnlyList<LayerAdapter> adapters)
    {
        List<string> problems = [];
        if (adapters.Count == 0) problems.Add("There are no adapters to combine; name at least one.");
        if (!(Density is > 0 and <= 1)) problems.Add($"The density is {Density}; it must be above 0 and at most 1.");
        if (SvdRank < 1) problems.Add($"The rank of the svd is {SvdRank}; it must be at least 1.");
        if (Sources.Any(source => !double.IsFinite(source.Weight))) problems.Add("A weight is not finite.");
        if (Kind is CombinationKind.DareLinear or CombinationKind.DareTies && Generator is null) problems.Add("DARE leaves numbers out at random; give a generator.");
        foreach (var (adapter, (name, _)) in adapters.Zip(Sources))
        {
            if (adapter.ChangesBase || adapter.Updates.Any(item => item.Update is not LoraUpdate or DoraUpdate)) problems.Add($"'{name}' is no plain LoRA of linear layers; only such can be combined.");
        }

        if (problems.Count > 0 || Kind is CombinationKind.Cat or CombinationKind.Svd) return problems;
        if (adapters.SelectMany(adapter => adapter.Updates).Select(item => ((LoraUpdate)item.Update).Down.shape[0]).Distinct().Count() > 1) problems.Add($"{Kind} needs adapters of one rank; use cat or svd.");
        return problems;
    }

    private IEnumerable<(LoraUpdate Update, double Weight)> Parts(IReadOnlyList<LayerAdapter> adapters, string path) => adapters.Zip(Sources)
        .SelectMany(pair => pair.First.Updates.Where(item => item.Path == path).Select(item => ((LoraUpdate)item.Update, pair.Second.Weight)));

    private void Fill(LoraUpdate target, IReadOnlyList<(LoraUpdate Update, double Weight)> parts)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var (down, up) = Kind switch
        {
            CombinationKind.Cat => (cat([.. parts.Select(part => part.Update.Down.mul(part.Weight * part.Update.Scaling))], 0), cat([.. parts.Select(part => (Tensor)part.Update.Up)], 1)),
            CombinationKind.Svd => Approximated(parts, (int)target.Down.shape[0]),
            _ => (Mixed(parts, part => part.Update.Down, signed: true), Mixed(parts, part => part.Update.Up, signed: false)),
        };
        target.Down.narrow(0, 0, down.shape[0]).copy_(down); // an adapter that lacks the layer leaves ranks of zeros
        target.Up.narrow(1, 0, up.shape[1]).copy_(up);
    }

    private static (Tensor Down, Tensor Up) Approximated(IReadOnlyList<(LoraUpdate Update, double Weight)> parts, int rank)
    {
        var sum = parts.Select(part => part.Update.Delta().mul(part.Weight * part.Update.Scaling)).Aggregate((left, right) => left.add(right));
        var (u, s, vt) = linalg.svd(sum, fullMatrices: false);
        var kept = Math.Min(rank, s.shape[0]);
        return (vt.narrow(0, 0, kept), u.narrow(1, 0, kept).mul(s.narrow(0, 0, kept)));
    }

    private Tensor Mixed(IReadOnlyList<(LoraUpdate Update, double Weight)> parts, Func<(LoraUpdate Update, double Weight), Tensor> factor, bool signed)
    {
        var weights = parts.Select(part => part.Weight * part.Update.Scaling).Select(weight => (signed ? Math.Sign(weight) : 1) * Math.Sqrt(Math.Abs(weight)));
        var thinned = stack(parts.Select(part => Thinned(factor(part))), 0);                         // [adapters, ...]
        var shares = thinned.mul(tensor(weights.Select(weight => (float)weight).ToArray(), device: thinned.device).view(-1, 1, 1));
        if (Kind is not (CombinationKind.Ties or CombinationKind.DareTies)) return shares.sum([0L]);

        var majority = (MajorityByCount ? thinned.sign() : thinned).sum([0L]).ge(0).to_type(ScalarType.Float32).mul(2).sub(1); // 1 or -1
        var agrees = thinned.sign().eq(majority).to_type(ScalarType.Float32);
        return shares.mul(agrees).sum([0L]).div(agrees.sum([0L]).clamp_min(1));
    }

    private Tensor Thinned(Tensor factor)
    {
        if (Density == 1 || Kind == CombinationKind.Linear) return factor;
        if (Kind is CombinationKind.DareLinear or CombinationKind.DareTies)
            return factor.mul(rand(factor.shape, generator: Generator).to(factor.device).lt(Density).to_type(factor.dtype)).div(Density);

        var (_, largest) = factor.abs().flatten().topk((int)(Density * factor.numel()), 0);
        return factor.mul(zeros(factor.numel(), factor.dtype, factor.device).index_fill_(0, largest, 1).view(factor.shape));
    }

    private static ModulePattern Union(IReadOnlyList<LoraOptions> options)
    {
        List<ModulePattern> targets = [.. options.Select(one => one.TargetModules)];
        if (targets.All(target => target.Expression is null)) return ModulePattern.List(targets.SelectMany(target => target.Names));
        return targets.All(target => target.Expression is not null)
            ? ModulePattern.Regex(string.Join("|", targets.Select(target => $"({target.Expression})").Distinct(StringComparer.Ordinal)))
            : throw new ArgumentException("Some of the adapters name their targets by a list and some by an expression; save them with the same kind first.");
    }
}
