using System.Text.Json;
using Platform.Quickstart.Generator;
using Platform.Testing;

namespace Platform.Quickstart.Tests;

public sealed class PrivateKnowledgeTests
{
    private static readonly string Data = Path.Combine(RepositoryFolder.Root, "samples", "quickstart", "data");

    private readonly PrivateKnowledge _knowledge = PrivateKnowledge.Write();

    [Fact]
    public void TheCommittedFilesAreWhatTheGeneratorWrites()
    {
        Assert.Equal(_knowledge.Train, Read("train.jsonl"));
        Assert.Equal(_knowledge.HeldOut, Read("heldout.jsonl"));
    }

    [Fact]
    public void ThereAreAtLeast400TrainingRowsAnd100HeldOutRows()
    {
        Assert.True(Read("train.jsonl").Length >= 400);
        Assert.True(Read("heldout.jsonl").Length >= 100);
    }

    [Fact]
    public void NoHeldOutPromptOccursInTraining() =>
        Assert.Empty(Read("heldout.jsonl").Select(row => row.Prompt).Intersect(Read("train.jsonl").Select(row => row.Prompt)));

    [Fact]
    public void NoHeldOutWordingIsUsedInTrainingForAnyFact()
    {
        var subjects = _knowledge.Company.Facts.Select(fact => fact.Subject).Distinct().OrderByDescending(subject => subject.Length).ToArray();
        var trained = Read("train.jsonl").Select(Wording).ToHashSet();

        Assert.DoesNotContain(Read("heldout.jsonl").Select(Wording), trained.Contains);

        string Wording(Row row) => subjects.Aggregate(row.Prompt, (text, subject) => text.Replace(subject, "{S}"));
    }

    [Fact]
    public void EveryHeldOutAnswerIsTaughtInTraining()
    {
        foreach (var fact in _knowledge.Company.Facts)
        {
            var taught = fact.Relation.TrainingQuestions.Select(fact.Ask).ToHashSet();
            Assert.Equal(PrivateKnowledge.PhrasingsPerFact, _knowledge.Train.Count(row => taught.Contains(row.Prompt) && row.Completion == fact.Reply));
        }
    }

    [Fact]
    public void TheBaseModelReadsNothingAboutThePrivateCompany()
    {
        var subjects = _knowledge.Company.Facts.Select(fact => fact.Subject).Distinct().ToArray();
        foreach (var row in new Corpus(new CorpusOptions()).Rows().Take(20_000))
        {
            Assert.DoesNotContain(subjects, subject => row.Completion.Contains(subject));
        }
    }

    [Fact]
    public void TheCorpusIsTheSameEveryTime() =>
        Assert.Equal(new Corpus(new CorpusOptions()).Rows().Take(500), new Corpus(new CorpusOptions()).Rows().Take(500));

    [Fact]
    public void EveryQuestionIsAskedInAtLeastEightWaysAndNamesItsSubject()
    {
        foreach (var relation in _knowledge.Company.Facts.Select(fact => fact.Relation).Distinct())
        {
            Assert.True(relation.Questions.Distinct().Count() >= 8, relation.Name);
            Assert.All(relation.Questions, question => Assert.Contains("{S}", question));
            Assert.All(relation.Statements, statement => Assert.True(statement.Contains("{S}") && statement.Contains("{A}")));
        }
    }

    private static Row[] Read(string file)
    {
        var options = new JsonSerializerOptions { PropertyNameCaseInsensitive = true };
        return [.. File.ReadLines(Path.Combine(Data, file)).Select(line => JsonSerializer.Deserialize<Row>(line, options)!)];
    }
}
