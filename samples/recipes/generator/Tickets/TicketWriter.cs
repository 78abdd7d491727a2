using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Tickets;

/// <summary>Puts a customer's words around what the ticket is about.</summary>
public sealed class TicketWriter(Draw draw)
{
    private static readonly string[] Products = ["lamp", "kettle", "headset", "keyboard", "camera", "printer", "toaster", "speaker", "watch", "drill", "tent", "backpack", "heater", "blender", "monitor", "router"];
    private static readonly string[] Greetings = ["Hello,", "Hi there,", "Good morning,", "Dear team,", "", "", ""];
    private static readonly string[] Closings = ["Thanks.", "Please answer soon.", "Kind regards.", "Have a nice day.", "", "", ""];

    public string Write(string wording)
    {
        string[] parts = [draw.Of(Greetings), Named(wording), Aside(), draw.Of(Closings)];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    public string Named(string wording) => wording.Replace("{P}", draw.Of(Products));

    // Says nothing about the topic.
    private string Aside() => draw.Below(8) switch
    {
        0 => $"My order number is {draw.Between(1000, 9999)}.",
        1 => $"I am a customer since {draw.Between(2005, 2024)}.",
        2 => $"I bought it in {draw.Of(Names.Months)}.",
        3 => $"My name is {draw.Of(Names.First)} {draw.Of(Names.Last)}.",
        _ => "",
    };
}
