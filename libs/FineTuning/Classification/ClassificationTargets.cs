using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Classification;

/// <summary>Labels as the loss of a classifier takes them.</summary>
internal static class ClassificationTargets
{
    /// <param name="labels">all of one kind</param>
    /// <param name="classes">how many the model knows</param>
    /// <returns>int64 [batch] of classes, float32 [batch, classes] of 0 and 1, or float32 [batch] of numbers</returns>
    public static Tensor Of(IReadOnlyList<TextLabel> labels, int classes, Device device) => labels[0] switch
    {
        TextLabel.Class => tensor(labels.Cast<TextLabel.Class>().Select(label => (long)label.Index).ToArray(), device: device),
        TextLabel.Classes => Several([.. labels.Cast<TextLabel.Classes>()], classes, device),
        _ => tensor(labels.Cast<TextLabel.Number>().Select(label => (float)label.Value).ToArray(), device: device),
    };

    private static Tensor Several(IReadOnlyList<TextLabel.Classes> labels, int classes, Device device)
    {
        var marks = new float[labels.Count, classes];
        for (var row = 0; row < labels.Count; row++)
            foreach (var index in labels[row].Indices) marks[row, index] = 1;
        return tensor(marks, device: device);
    }
}
