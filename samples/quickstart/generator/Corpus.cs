namespace Platform.Quickstart.Generator;

/// <summary>How much of what the base model reads.</summary>
public sealed record CorpusOptions
{
    public ulong Seed { get; init; } = 7;
    public int Companies { get; init; } = 6;

    /// <summary>Parts in a hundred: questions about known companies, statements about them, texts to read an answer from; the rest is everyday English.</summary>
    public int RecallShare { get; init; } = 55;
    public int StatementShare { get; init; } = 10;
    public int ReadingShare { get; init; } = 20;
}

/// <summary>
/// What the base model is trained on: everyday English, and the affairs of many invented companies, asked in every
/// phrasing of <see cref="Relation.Questions"/>. So the base model learns which questions mean the same thing; of the
/// private company, its people and its products it never hears.
/// </summary>
public sealed class Corpus
{
    private readonly CorpusOptions _options;
    private readonly Draw _draw;
    private readonly Fact[] _known;
    private readonly HashSet<string> _private;

    public Corpus(CorpusOptions options)
    {
        _options = options;
        _draw = new(options.Seed);
        _private = [.. PrivateKnowledge.Write().Company.Facts.Select(fact => fact.Subject)];
        var founder = new CompanyFounder(_draw, _private);
        _known = [.. Enumerable.Range(0, options.Companies).SelectMany(_ => founder.Found(people: 20, products: 9, rooms: 6).Facts)];
    }

    /// <summary>The facts that are asked again and again, so that they can be known by heart.</summary>
    public IReadOnlyList<Fact> Known => _known;

    /// <summary>Rows without end; the loss counts on all of a row when its prompt is empty.</summary>
    public IEnumerable<Row> Rows()
    {
        while (true)
        {
            var kind = _draw.Below(100) - _options.RecallShare;
            if (kind < 0)
            {
                var fact = _draw.Of(_known);
                yield return Whole(fact.Ask(_draw.Of(fact.Relation.Questions)) + fact.Reply);
                continue;
            }

            if ((kind -= _options.StatementShare) < 0)
            {
                var fact = _draw.Of(_known);
                yield return Whole(fact.State(_draw.Of(fact.Relation.Statements)));
                continue;
            }

            yield return (kind -= _options.ReadingShare) < 0 ? Reading() : Whole(EverydayKnowledge.Write(_draw));
        }
    }

    /// <summary>Statements about a company nobody has heard of, and a question that one of them answers.</summary>
    private Row Reading()
    {
        var facts = _draw.Shuffled(new CompanyFounder(_draw, _private).Found(people: 3, products: 1, rooms: 1).Facts).Take(_draw.Between(1, 3)).ToArray();
        var asked = _draw.Of(facts);
        var text = string.Join(' ', facts.Select(fact => fact.State(_draw.Of(fact.Relation.Statements))));
        return Whole($"{text}\n{asked.Ask(_draw.Of(asked.Relation.Questions))}{asked.Reply}");
    }

    private static Row Whole(string text) => new("", text);

    private static Row Whole(Row row) => new("", row.Prompt + row.Completion);
}
