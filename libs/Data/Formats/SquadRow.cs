using System.Text.Json;

namespace Platform.Data.Formats;

/// <summary>A question about a context; the answers stand in it. Without answers the context does not tell.</summary>
public sealed record SquadRow(string? Id, string? Title, string Context, string Question, IReadOnlyList<SquadAnswer> Answers) : IRow
{
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Id is not null) writer.WriteString("id", Id);
        if (Title is not null) writer.WriteString("title", Title);
        writer.WriteString("context", Context);
        writer.WriteString("question", Question);
        writer.WriteStartObject("answers");
        writer.WriteStartArray("text");
        foreach (var answer in Answers) writer.WriteStringValue(answer.Text);
        writer.WriteEndArray();
        writer.WriteStartArray("answer_start");
        foreach (var answer in Answers) writer.WriteNumberValue(answer.Start);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public bool Equals(SquadRow? other) =>
        other is not null && (Id, Title, Context, Question) == (other.Id, other.Title, other.Context, other.Question) && Answers.SequenceEqual(other.Answers);

    public override int GetHashCode() => HashCode.Combine(Id, Context, Question, Answers.Count);
}

/// <summary>An answer as it stands in the context.</summary>
/// <param name="Start">Where, in code points of the context, as SQuAD counts.</param>
public readonly record struct SquadAnswer(string Text, int Start);
