namespace Platform.Recipes.Generator.School;

/// <summary>A kind of fact that is learned by heart at school. <c>{Q}</c> is what is asked about, <c>{A}</c> the answer.</summary>
/// <param name="Statement">how a book says it, and how the assistant is to answer</param>
/// <param name="Instructions">how somebody asks for it</param>
public sealed record Lesson(string Statement, string[] Instructions, (string Asked, string Answer)[] Facts)
{
    public string State((string Asked, string Answer) fact) => Statement.Replace("{Q}", fact.Asked).Replace("{A}", fact.Answer);

    public static readonly Lesson[] All =
    [
        new("The opposite of {Q} is {A}.",
            ["What is the opposite of {Q}?", "Give me the opposite of {Q}.", "Which word means the reverse of {Q}?"],
            Pairs("hot cold, big small, old new, fast slow, light dark, early late, full empty, hard soft, high low, long short, loud quiet, near far, open closed, rich poor, strong weak, thick thin, wet dry, young aged, happy sad, clean dirty, deep shallow, sharp blunt, sweet sour, wide narrow")),
        new("The capital of {Q} is {A}.",
            ["What is the capital of {Q}?", "Name the capital of {Q}.", "Which city governs {Q}?"],
            Pairs("France Paris, Italy Rome, Spain Madrid, Norway Oslo, Sweden Stockholm, Poland Warsaw, Greece Athens, Austria Vienna, Ireland Dublin, Japan Tokyo, Egypt Cairo, Peru Lima, Cuba Havana, Kenya Nairobi, Portugal Lisbon, Hungary Budapest, Finland Helsinki, Denmark Copenhagen, Latvia Riga, Chile Santiago")),
        new("A young {Q} is called a {A}.",
            ["What is a young {Q} called?", "How do you call the young of a {Q}?", "Name the baby of a {Q}."],
            Pairs("dog puppy, cat kitten, cow calf, sheep lamb, horse foal, lion cub, duck duckling, hen chick, goat kid, pig piglet, goose gosling, deer fawn, frog tadpole, seal pup, swan cygnet, eagle eaglet")),
        new("The plural of {Q} is {A}.",
            ["What is the plural of {Q}?", "Write {Q} in the plural.", "How do you spell more than one {Q}?"],
            Pairs("mouse mice, foot feet, child children, tooth teeth, man men, woman women, leaf leaves, knife knives, city cities, box boxes, wolf wolves, baby babies, bus buses, half halves, shelf shelves, story stories, wife wives, lady ladies")),
        new("After {Q} comes {A}.",
            ["What comes after {Q}?", "Which one follows {Q}?", "Tell me what comes right behind {Q}."],
            Pairs("Monday Tuesday, Tuesday Wednesday, Wednesday Thursday, Thursday Friday, Friday Saturday, Saturday Sunday, January February, February March, March April, April May, May June, June July, July August, August September, September October, October November, November December, one two, two three, three four, four five, five six, six seven, seven eight, eight nine, nine ten")),
    ];

    private static (string, string)[] Pairs(string text) => [.. text.Split(", ").Select(pair => pair.Split(' ')).Select(pair => (pair[0], pair[1]))];
}
