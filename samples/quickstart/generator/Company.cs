namespace Platform.Quickstart.Generator;

/// <summary>An invented company with its people, products, rooms and rules.</summary>
public sealed record Company(string Name, IReadOnlyList<Fact> Facts);

/// <summary>Invents companies. No person, product, room or company is named twice by one founder.</summary>
/// <param name="reserved">names that are taken already</param>
public sealed class CompanyFounder(Draw draw, IEnumerable<string>? reserved = null)
{
    private readonly HashSet<string> _taken = [.. reserved ?? []];

    public Company Found(int people, int products, int rooms)
    {
        var name = Unused(() => $"{draw.Of(Names.Last)} {draw.Of(Names.Trade)}");
        var staff = Several(people, () => $"{draw.Of(Names.First)} {draw.Of(Names.Last)}");
        List<Fact> facts = [];
        foreach (var person in staff)
        {
            facts.Add(new(PersonRelations.Extension, person, Digits(4)));
            facts.Add(new(PersonRelations.Office, person, $"{(char)('A' + draw.Below(8))}-{draw.Between(101, 699)}"));
            facts.Add(new(PersonRelations.Mentor, person, Other(staff, person)));
            facts.Add(new(PersonRelations.Joined, person, $"{draw.Of(Names.Months)} {draw.Between(2001, 2024)}"));
        }

        foreach (var product in Several(products, () => draw.Of(Names.Onset) + draw.Of(Names.Middle) + draw.Of(Names.Coda)))
        {
            facts.Add(new(ThingRelations.OrderCode, product, $"{(char)('A' + draw.Below(26))}{(char)('A' + draw.Below(26))}-{draw.Between(100, 999)}"));
            facts.Add(new(ThingRelations.Shelf, product, $"{draw.Between(10, 99)}{(char)('A' + draw.Below(8))}"));
            facts.Add(new(ThingRelations.Owner, product, draw.Of(staff)));
        }

        foreach (var room in Several(rooms, () => $"{draw.Of(Names.RoomKind)} {draw.Of(Names.RoomPlace)}"))
        {
            facts.Add(new(ThingRelations.DoorCode, room, Digits(5)));
            facts.Add(new(ThingRelations.Booking, room, draw.Of(staff)));
        }

        facts.Add(new(PolicyRelations.Hotline, name, $"0800-{Digits(4)}"));
        facts.Add(new(PolicyRelations.GuestPassword, name, $"{draw.Of(Names.RoomKind).ToLowerInvariant()}-{Digits(3)}"));
        facts.Add(new(PolicyRelations.ExpenseLimit, name, $"{draw.Between(20, 95)} euros"));
        facts.Add(new(PolicyRelations.ReportDeadline, name, $"{draw.Between(3, 60)} days"));
        facts.Add(new(PolicyRelations.SafetyOfficer, name, draw.Of(staff)));
        facts.Add(new(PolicyRelations.Founded, name, $"{draw.Between(1890, 2015)}"));
        return new(name, facts);
    }

    private string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(i => (char)('0' + (i == 0 ? draw.Between(1, 9) : draw.Below(10)))));

    private string[] Several(int count, Func<string> invent) => [.. Enumerable.Range(0, count).Select(_ => Unused(invent))];

    private string Unused(Func<string> invent)
    {
        while (true)
        {
            var name = invent();
            if (_taken.Add(name)) return name;
        }
    }

    private string Other(string[] staff, string person)
    {
        while (true)
        {
            var other = draw.Of(staff);
            if (other != person) return other;
        }
    }
}
