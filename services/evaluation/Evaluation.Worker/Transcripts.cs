using Platform.Data.Formats;
using Platform.FineTuning.Tasks;
using Platform.Modeling.Whisper;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>What a speech model writes down of the recordings of a suite, decoded greedily.</summary>
internal static class Transcripts
{
    /// <inheritdoc cref="TaskAnswers.To"/>
    public static IReadOnlyList<Answer> Of(SpeechRecognitionTask subject, SuiteRows suite, Action<int> progress, CancellationToken cancellation)
    {
        var recordings = suite.Encoded(row => subject.Encoder.Samples((AudioRow)row));
        using var recognizer = SubjectModel.OrRefuse(() => new SpeechRecognizer(subject.Source.Folder, subject.Model));
        List<Answer> answers = [];
        foreach (var (index, (row, samples)) in recordings.Index())
        {
            var recording = (AudioRow)row;
            answers.Add(new Answer(recording.Path ?? $"recording {index + 1}", recording.Text, recognizer.Transcribe(samples, cancellation: cancellation)));
            progress(answers.Count);
        }

        return answers;
    }
}
