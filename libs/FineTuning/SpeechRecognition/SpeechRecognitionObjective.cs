using Platform.Modeling;
using Platform.Modeling.Audio;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.SpeechRecognition;

/// <summary>
/// Learn to write what is said: −log p(token | sound, tokens before) of every label, the prompt's among them, with the right tokens before each
/// (teacher forcing; Radford et al. 2022, https://arxiv.org/abs/2212.04356). Every token counts once, and the head runs only where one is.
/// Differs from transformers' WhisperForConditionalGeneration: none.
/// </summary>
public sealed class SpeechRecognitionObjective(Seq2SeqModel model, SpeechFeatureExtractor extractor, IReadOnlyList<Utterance> rows) : IObjective
{
    public int RowCount => rows.Count;

    public long Count(IReadOnlyList<int> numbers) => numbers.Sum(number => (long)rows[number].Labels.Length);

    public LossSum Learn(IReadOnlyList<int> numbers, double weight)
    {
        using var batch = Batch(numbers);
        return LossSum.Backward(Loss(batch), weight, batch.Count, batch.Count);
    }

    public LossSum Measure(IReadOnlyList<int> numbers)
    {
        using var noGradients = no_grad();
        using var evaluation = new EvaluationMode(model);
        using var batch = Batch(numbers);
        return new(Loss(batch), batch.Count, batch.Count);
    }

    private SpeechBatch Batch(IReadOnlyList<int> numbers) => SpeechBatch.Of([.. numbers.Select(number => rows[number])], extractor, model);

    private Tensor Loss(SpeechBatch batch)
    {
        using var source = model.Encode(new SourceInputs(batch.Features));
        using var ids = model.ShiftRight(batch.Labels);
        using var hidden = model.Decode(ids, source);                          // [batch, positions, hidden]
        using var flat = hidden.reshape(-1, hidden.shape[^1]);
        using var learned = flat.index_select(0, batch.Positions);             // [count, hidden]
        using var logits = model.Head(learned);                                // [count, vocabulary]
        using var wide = logits.to(ScalarType.Float32);
        return nn.functional.cross_entropy(wide, batch.Targets, reduction: nn.Reduction.Sum);
    }
}
