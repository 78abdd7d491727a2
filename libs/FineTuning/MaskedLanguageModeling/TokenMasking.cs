using Platform.Data.Collation;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.MaskedLanguageModeling;

/// <summary>
/// Hides tokens for a model to guess: of all tokens but the special ones a share is chosen, and a chosen token becomes the mask (80 %), a random token (10 %)
/// or stays (10 %). Devlin et al. 2019, https://arxiv.org/abs/1810.04805; draws as transformers' DataCollatorForLanguageModeling: for the
/// whole [batch, length] matrix, chosen tokens first, then masked ones, then random ones, then which. Differs from the paper: every epoch
/// draws anew.
/// </summary>
/// <param name="vocabularySize">random tokens are smaller</param>
public sealed class TokenMasking(int maskTokenId, int vocabularySize)
{
    /// <summary>The share of tokens to guess.</summary>
    public double Share { get; init; } = 0.15;

    /// <summary>The part of them that becomes the mask.</summary>
    public double Masked { get; init; } = 0.8;

    /// <summary>The part of them that becomes a random token.</summary>
    public double Random { get; init; } = 0.1;

    /// <summary>The same batch with tokens hidden; the labels are the hidden tokens, -100 elsewhere.</summary>
    /// <param name="isSpecial">which token ids are never hidden</param>
    public Batch Hide(Batch batch, Func<long, bool> isSpecial, Generator generator)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(batch.InputIds, [batch.Rows, batch.Length]);
        var kept = tensor([.. batch.InputIds.Zip(batch.AttentionMask, (id, real) => real == 0 || isSpecial(id))], [batch.Rows, batch.Length]);
        var chosen = Drawn(full_like(ids, Share, ScalarType.Float32).masked_fill(kept, 0.0));
        var labels = ids.masked_fill(chosen.logical_not(), SupervisedExample.IgnoredLabel);
        var masked = Drawn(full_like(ids, Masked, ScalarType.Float32)).logical_and(chosen);
        var randomOfRest = Masked < 1 ? Random / (1 - Masked) : 0;
        var replaced = Drawn(full_like(ids, randomOfRest, ScalarType.Float32)).logical_and(chosen).logical_and(masked.logical_not());
        var words = randint(0, vocabularySize, ids.shape, ScalarType.Int64, generator: generator);
        var hidden = where(replaced, words, ids.masked_fill(masked, maskTokenId));
        return batch with { InputIds = hidden.data<long>().ToArray(), Labels = labels.data<long>().ToArray() };

        Tensor Drawn(Tensor probability) => bernoulli(probability, generator).to(ScalarType.Bool);
    }
}
