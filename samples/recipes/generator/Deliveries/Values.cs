using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Deliveries;

/// <summary>The people, days and places of delivery notes.</summary>
public sealed class Values(Draw draw)
{
    private static readonly string[] Carriers = ["Nordic Freight", "Blue Truck", "Swift Cargo", "Delta Post", "Alpine Express", "Harbor Lines", "Metro Parcel", "Falcon Freight"];
    private static readonly string[] Cities = ["Lyon", "Oslo", "Milan", "Porto", "Ghent", "Turin", "Basel", "Malmo", "Graz", "Bonn", "Cork", "Leeds", "Riga", "Split"];

    public int Below(int count) => draw.Below(count);

    public string Person() => $"{draw.Of(Names.First)} {draw.Of(Names.Last)}";

    public string Date() => $"{draw.Of(Names.Months)} {draw.Between(1, 28)}";

    public string Carrier() => draw.Of(Carriers);

    public string City() => draw.Of(Cities);
}
