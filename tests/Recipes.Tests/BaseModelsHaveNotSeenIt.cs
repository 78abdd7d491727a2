using Platform.Quickstart.Generator;
using Platform.Recipes.Generator.Commands;
using Platform.Recipes.Generator.Company;
using Platform.Recipes.Generator.Deliveries;

namespace Platform.Recipes.Tests;

/// <summary>What fine-tuning teaches is not in what base models were trained on.</summary>
public sealed class BaseModelsHaveNotSeenIt
{
    private const int Texts = 5000;

    /// <summary>A room of the same name may be in another house; what is true of ours is told nowhere.</summary>
    [Fact]
    public void TheCompanysAffairs()
    {
        var facts = CompanyData.Knowledge().Company.Facts;
        Assert.Empty(
            from row in new Corpus(new CorpusOptions()).Rows().Take(Texts)
            from fact in facts
            where row.Completion.Contains(fact.Subject, StringComparison.Ordinal) && row.Completion.Contains(fact.Answer, StringComparison.Ordinal)
            select row.Completion);
    }

    [Fact]
    public void TheCodeOfTheHouse() =>
        Assert.All(CommandCorpus.Rows(1).Take(Texts), row => Assert.DoesNotContain(":=", row.Prompt + row.Completion, StringComparison.Ordinal));

    [Fact]
    public void DeliveryNotesAreAnsweredByTheirOwnWords()
    {
        foreach (var row in DeliveryData.Questions().Train)
        {
            Assert.All(row.Answers.Text.Zip(row.Answers.AnswerStart), answer => Assert.Equal(answer.First, row.Context.Substring(answer.Second, answer.First.Length)));
        }
    }

    [Fact]
    public void AReplyFollowsItsQuestion() =>
        Assert.All(DeliveryCorpus.Texts(1).Take(Texts), pair => Assert.True(DeliveryCorpus.ReplyOf(pair.Text) is var reply && (reply == DeliveryCorpus.NotSaid || pair.Pair.Contains(reply, StringComparison.Ordinal)), pair.Text));
}
