using System.Text.Encodings.Web;
using System.Text.Json;
using Platform.Artifacts;
using Platform.Workers;

namespace Platform.Evaluation.Worker;

/// <summary>All answers of a subject to a suite, one JSON object a line: <c>answers/SUITE/SUBJECT.jsonl</c>.</summary>
internal static class AnswersFile
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task WriteAsync(WorkerRun run, string suite, string subject, IEnumerable<Answer> answers, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        foreach (var answer in answers)
        {
            await JsonSerializer.SerializeAsync(content, new Line(answer.Prompt, answer.Reference, answer.Text, answer.IsExact), Readable, cancellation);
            content.WriteByte((byte)'\n');
        }

        content.Position = 0;
        await run.Store.PutAsync(run.Output.Combine($"answers/{suite}/{subject}.jsonl"), content, PutCondition.Overwrite, cancellation);
    }

    private sealed record Line(string Prompt, string Reference, string Answer, bool ExactMatch);
}
