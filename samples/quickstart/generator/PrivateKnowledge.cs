namespace Platform.Quickstart.Generator;

/// <summary>A row of the prompt-completion format.</summary>
public sealed record Row(string Prompt, string Completion);

/// <summary>
/// The private knowledge of one invented company that the sample fine-tunes on. Every fact is asked in
/// <see cref="PhrasingsPerFact"/> ways in the training part, and once in the held-out part, in words that the training
/// part uses for no fact at all.
/// </summary>
public sealed class PrivateKnowledge
{
    public const int PhrasingsPerFact = 5;
    private const ulong QuickstartSeed = 20240611;

    private PrivateKnowledge(Company company, Row[] train, Row[] heldOut) => (Company, Train, HeldOut) = (company, train, heldOut);

    public Company Company { get; }
    public IReadOnlyList<Row> Train { get; }
    public IReadOnlyList<Row> HeldOut { get; }

    /// <summary>That of Porter Motors, which the quickstart's model is fine-tuned on.</summary>
    public static PrivateKnowledge Write() => Write(QuickstartSeed, people: 20, products: 9, rooms: 6);

    public static PrivateKnowledge Write(ulong seed, int people, int products, int rooms)
    {
        var draw = new Draw(seed);
        var company = new CompanyFounder(draw).Found(people, products, rooms);
        List<Row> train = [], heldOut = [];
        foreach (var fact in company.Facts)
        {
            train.AddRange(draw.Shuffled(fact.Relation.TrainingQuestions).Take(PhrasingsPerFact).Select(question => new Row(fact.Ask(question), fact.Reply)));
            heldOut.Add(new(fact.Ask(draw.Of(fact.Relation.EvaluationQuestions)), fact.Reply));
        }

        return new(company, draw.Shuffled(train), draw.Shuffled(heldOut));
    }
}
