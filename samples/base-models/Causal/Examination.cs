using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.BaseModels.Causal;

/// <summary>Counts the rows that a model would complete word for word.</summary>
public static class Examination
{
    /// <summary>The part of the rows whose every labelled token is the most probable one after those before it.</summary>
    public static double ExactMatch(CausalLanguageModel model, IReadOnlyList<SupervisedExample> rows)
    {
        using var noGradients = no_grad();
        return rows.Average(row =>
        {
            using var batch = SupervisedBatch.Of([row], model.Device);
            using var hidden = model.HiddenStates(batch.Ids);
            using var flat = hidden.view(-1, hidden.shape[^1]);
            using var asked = flat.index_select(0, batch.Positions);
            using var logits = model.Head(asked);
            using var best = logits.argmax(-1);
            using var right = best.eq(batch.Targets);
            using var all = right.all();
            return all.item<bool>() ? 1.0 : 0.0;
        });
    }
}
