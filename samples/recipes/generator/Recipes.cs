using Platform.Recipes.Generator.Commands;
using Platform.Recipes.Generator.Company;
using Platform.Recipes.Generator.Deliveries;
using Platform.Recipes.Generator.School;
using Platform.Recipes.Generator.Speech;
using Platform.Recipes.Generator.Tickets;

namespace Platform.Recipes.Generator;

/// <summary>Every recipe that has data.</summary>
public static class Recipes
{
    public static readonly IReadOnlyList<IRecipeData> All = [new TicketData(), new DeliveryData(), new CommandData(), new SpeechData(), new SchoolData(), new CompanyData()];
}
