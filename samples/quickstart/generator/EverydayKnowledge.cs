namespace Platform.Quickstart.Generator;

/// <summary>Plain English about everyday things, in statements and in questions with short answers.</summary>
public static class EverydayKnowledge
{
    private static readonly (string Thing, string Colour, string Place, string Use)[] Things =
    [
        ("banana", "yellow", "kitchen", "eat"), ("tomato", "red", "garden", "eat"), ("carrot", "orange", "garden", "cook"), ("lemon", "yellow", "kitchen", "squeeze"),
        ("spoon", "silver", "drawer", "stir soup"), ("kettle", "silver", "kitchen", "boil water"), ("blanket", "blue", "bedroom", "stay warm"), ("pillow", "white", "bedroom", "sleep"),
        ("hammer", "black", "workshop", "drive nails"), ("saw", "grey", "workshop", "cut wood"), ("pencil", "yellow", "desk", "write"), ("notebook", "green", "desk", "take notes"),
        ("umbrella", "black", "hallway", "stay dry"), ("bicycle", "red", "garage", "ride to work"), ("ladder", "grey", "garage", "climb"), ("lamp", "white", "living room", "read at night"),
        ("clock", "brown", "living room", "tell the time"), ("broom", "brown", "closet", "sweep the floor"), ("bucket", "blue", "closet", "carry water"), ("mirror", "silver", "bathroom", "see oneself"),
        ("soap", "white", "bathroom", "wash hands"), ("map", "green", "car", "find the way"), ("scarf", "red", "hallway", "stay warm"), ("teapot", "blue", "kitchen", "make tea"),
    ];

    private static readonly (string Animal, string Sound, string Home)[] Animals =
    [
        ("dog", "barks", "kennel"), ("cat", "meows", "house"), ("cow", "moos", "barn"), ("horse", "neighs", "stable"), ("bird", "sings", "nest"), ("bee", "buzzes", "hive"),
        ("lion", "roars", "savanna"), ("frog", "croaks", "pond"), ("duck", "quacks", "lake"), ("sheep", "bleats", "meadow"), ("wolf", "howls", "forest"), ("owl", "hoots", "tree"),
    ];

    private static readonly string[] Weather = ["sunny", "rainy", "cloudy", "windy", "cold", "warm", "foggy", "dry"];
    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    private static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"];

    /// <summary>A sentence or two, or a question with its answer.</summary>
    public static Row Write(Draw draw)
    {
        var (thing, colour, place, use) = draw.Of(Things);
        var (animal, sound, home) = draw.Of(Animals);
        var (day, next) = Successive(draw, Days);
        var (month, following) = Successive(draw, Names.Months);
        var (left, right) = (draw.Below(10), draw.Below(9));
        return draw.Below(16) switch
        {
            0 => Text($"The {thing} is {colour}. It is usually in the {place}."),
            1 => Text($"People use a {thing} to {use}."),
            2 => Text($"On {day} the weather was {draw.Of(Weather)}, and on {next} it was {draw.Of(Weather)}."),
            3 => Text($"A {animal} {sound}. It lives in a {home}."),
            4 => Text($"{draw.Of(Names.First)} put the {thing} back into the {place} and went home in the evening."),
            5 => Text($"After {month} comes {following}. The days in {month} were mostly {draw.Of(Weather)}."),
            6 => Text($"{draw.Of(Names.First)} asked {draw.Of(Names.First)} for a {thing}, because it was {draw.Of(Weather)} outside."),
            7 => Answer($"What colour is the {thing}?", colour),
            8 => Answer($"Where is the {thing} usually kept?", place),
            9 => Answer($"What is a {thing} used for?", use),
            10 => Answer($"Which animal {sound}?", animal),
            11 => Answer($"Where does a {animal} live?", home),
            12 => Answer($"Which day comes after {day}?", next),
            13 => Answer($"Which month follows {month}?", following),
            14 => Answer($"What is {Numbers[left]} plus {Numbers[right]}?", Numbers[left + right]),
            _ => Answer($"What does a {animal} do?", sound),
        };
    }

    private static (string Item, string Next) Successive(Draw draw, string[] circle)
    {
        var index = draw.Below(circle.Length);
        return (circle[index], circle[(index + 1) % circle.Length]);
    }

    private static Row Text(string text) => new("", text);

    private static Row Answer(string question, string answer) => new($"Question: {question}\nAnswer:", " " + answer);
}
