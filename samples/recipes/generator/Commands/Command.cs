using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Commands;

/// <summary>What somebody wants a device in a room to do.</summary>
public sealed record Command(string Room, string Device, string Action, int? Value)
{
    private static readonly string[] Rooms = ["kitchen", "bedroom", "office", "hall", "garage", "bathroom", "attic", "cellar", "garden", "nursery"];
    private static readonly string[] Devices = ["lamp", "heater", "fan", "radio", "blind", "speaker", "oven", "camera"];

    // {D} device, {R} room, {V} value
    private static readonly (string Action, string[] Wordings)[] Actions =
    [
        ("on", ["Turn on the {D} in the {R}.", "Switch the {R} {D} on.", "Please start the {D} in the {R}.", "I need the {D} in the {R}.", "Could you turn the {R} {D} on?", "Make the {D} in the {R} run."]),
        ("off", ["Turn off the {D} in the {R}.", "Switch the {R} {D} off.", "Please stop the {D} in the {R}.", "I no longer need the {D} in the {R}.", "Could you turn the {R} {D} off?", "Make the {D} in the {R} stop."]),
        ("set", ["Set the {D} in the {R} to {V}.", "Put the {R} {D} at {V}.", "Please bring the {D} in the {R} to {V}.", "I want the {D} in the {R} at {V}.", "Could you set the {R} {D} to {V}?", "Make it {V} for the {D} in the {R}."]),
        ("timer", ["Turn off the {D} in the {R} in {V} minutes.", "Stop the {R} {D} after {V} minutes.", "Let the {D} in the {R} run for {V} minutes.", "Keep the {R} {D} on for {V} minutes.", "Give the {D} in the {R} {V} minutes.", "In {V} minutes switch the {R} {D} off."]),
    ];

    /// <summary>The last wordings of each action stand in no training row.</summary>
    public const int HeldOutWordings = 2;

    /// <summary>What one house says, <c>{"room": ...}</c>: the language that the base model knows.</summary>
    public string Json() => $$"""{"room": "{{Room}}", "device": "{{Device}}", "action": "{{Action}}"{{(Value is { } value ? $", \"value\": {value}" : "")}}}""";

    /// <summary>What two other houses understand, which the base model has seen too: that there are several codes.</summary>
    public string Call() => $"{Room}.{Device}.{Action}({Value})";

    public string Words() => $"{Device} {Action} {(Value is { } value ? $"{value} " : "")}in {Room}";

    /// <summary>What the house of the recipe understands, which no base model knows.</summary>
    public string Code() => Action switch
    {
        "on" => $"{Device}@{Room} := run",
        "off" => $"{Device}@{Room} := halt",
        "set" => $"{Device}@{Room} := {Value}",
        _ => $"{Device}@{Room} := halt after {Value}m",
    };

    /// <param name="wordings">which of an action's wordings</param>
    public static (string Said, Command Meant) Draw(Draw draw, Range wordings)
    {
        var (action, all) = draw.Of(Actions);
        var command = new Command(draw.Of(Rooms), draw.Of(Devices), action, action switch { "set" => draw.Between(10, 99), "timer" => draw.Between(2, 60), _ => null });
        return (draw.Of(all[wordings]).Replace("{D}", command.Device).Replace("{R}", command.Room).Replace("{V}", $"{command.Value}"), command);
    }
}
