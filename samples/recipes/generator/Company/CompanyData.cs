using System.Text;
using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Company;

/// <summary>The private knowledge of another company than the quickstart's, which the same base model has never heard of.</summary>
public sealed class CompanyData : IRecipeData
{
    private const ulong Seed = 106;

    public string Name => "llama-full";

    public static PrivateKnowledge Knowledge() => PrivateKnowledge.Write(Seed, people: 8, products: 4, rooms: 3);

    public IEnumerable<(string Path, byte[] Content)> Files()
    {
        var knowledge = Knowledge();
        return [("train.jsonl", Encoding.UTF8.GetBytes(JsonLines.Text(knowledge.Train))), ("heldout.jsonl", Encoding.UTF8.GetBytes(JsonLines.Text(knowledge.HeldOut)))];
    }
}
