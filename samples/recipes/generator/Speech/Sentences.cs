using Platform.Quickstart.Generator;

namespace Platform.Recipes.Generator.Speech;

/// <summary>What is said: three words of a small vocabulary in any order.</summary>
public static class Sentences
{
    public static readonly string[] Words =
    [
        "lamp", "door", "sun", "moon", "star", "rain", "wind", "tree", "bird", "fish", "lake", "hill",
        "road", "gate", "bell", "ship", "gold", "wine", "rose", "milk", "salt", "book", "hand", "fire",
    ];

    private const int Length = 3;

    public static string[] Write(Draw draw) => [.. Enumerable.Range(0, Length).Select(_ => draw.Of(Words))];
}
