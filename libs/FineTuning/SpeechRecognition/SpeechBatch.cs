using Platform.Data.Collation;
using Platform.Modeling.Audio;
using Platform.Modeling.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.SpeechRecognition;

/// <summary>Sounds side by side as log-mel features, with what is to be written of them.</summary>
/// <param name="Features">[batch, mels, frames]</param>
/// <param name="Labels">int64 [batch, positions], -100 after the end</param>
/// <param name="Positions">int64 [count], of the labels in the flattened [batch · positions]</param>
/// <param name="Targets">int64 [count], the labels</param>
internal sealed record SpeechBatch(Tensor Features, Tensor Labels, Tensor Positions, Tensor Targets) : IDisposable
{
    public long Count => Targets.shape[0];

    public static SpeechBatch Of(IReadOnlyList<Utterance> rows, SpeechFeatureExtractor extractor, Seq2SeqModel model)
    {
        using var features = extractor.Extract([.. rows.Select(row => (ReadOnlyMemory<float>)row.Samples)]);
        var width = rows.Max(row => row.Labels.Length);
        var labels = new long[rows.Count * width];
        Array.Fill(labels, SupervisedExample.IgnoredLabel);
        List<long> positions = [], targets = [];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows[i].Labels.Length; j++)
            {
                labels[(i * width) + j] = rows[i].Labels[j];
                positions.Add((i * width) + j);
                targets.Add(rows[i].Labels[j]);
            }
        }

        return new(
            features.Values.to(model.Dtype, model.Device, copy: true), tensor(labels, [rows.Count, width], device: model.Device),
            tensor(positions.ToArray(), device: model.Device), tensor(targets.ToArray(), device: model.Device));
    }

    public void Dispose()
    {
        Features.Dispose();
        Labels.Dispose();
        Positions.Dispose();
        Targets.Dispose();
    }
}
