namespace Platform.Quickstart.Generator;

/// <summary>
/// One thing that can be known about a subject, and the ways to ask for it and to state it. In a phrasing <c>{S}</c>
/// stands for the subject and <c>{A}</c> for the answer.
/// </summary>
public sealed record Relation(string Name, string[] Questions, string[] Statements)
{
    /// <summary>The last questions of every relation: the private dataset asks them only in its held-out part.</summary>
    public const int HeldOutQuestions = 3;

    public IReadOnlyList<string> TrainingQuestions => Questions[..^HeldOutQuestions];
    public IReadOnlyList<string> EvaluationQuestions => Questions[^HeldOutQuestions..];
}

/// <summary>Something known: the answer to every question of its relation about its subject.</summary>
public sealed record Fact(Relation Relation, string Subject, string Answer)
{
    public string Ask(string question) => $"Question: {question.Replace("{S}", Subject)}\nAnswer:";

    public string Reply => " " + Answer;

    public string State(string statement) => statement.Replace("{S}", Subject).Replace("{A}", Answer);
}
