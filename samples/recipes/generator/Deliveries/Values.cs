using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Deliveries;

/// <summary>The people, days, numbers and places of delivery notes: few enough for a small vocabulary to hold each as a word.</summary>
public sealed class Values(Draw draw)
{
    private const int People = 40;

    private static readonly string[] Carriers = ["Nordic Freight", "Blue Truck", "Swift Cargo", "Delta Post", "Alpine Express", "Harbor Lines", "Metro Parcel", "Falcon Freight"];
    private static readonly string[] Cities = ["Lyon", "Oslo", "Milan", "Porto", "Ghent", "Turin", "Basel", "Malmo", "Graz", "Bonn", "Cork", "Leeds", "Riga", "Split"];

    public string Person() => $"{draw.Of(Names.First[..People])} {draw.Of(Names.Last[..People])}";

    public string Date() => $"{draw.Of(Names.Months)} {draw.Between(1, 28)}";

    public string Carrier() => draw.Of(Carriers);

    public string Boxes() => $"{draw.Between(30, 89)}";

    public string Weight() => $"{draw.Between(10, 69)}0 kg";

    public string City() => draw.Of(Cities);
}
