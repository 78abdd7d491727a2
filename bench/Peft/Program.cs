using Platform.Peft.Bench;
using Platform.Training.Bench;

// Usage: Peft.Bench methods|lora [ROUNDS] [processor]
const int DefaultRounds = 7;
return args switch
{
    [MethodsBench.Name, .. var rest] when Rounds(rest) is { } chosen => MethodsBench.Run(chosen.Count, chosen.OfProcessor),
    [LoraBench.Name, .. var rest] when Rounds(rest) is { } chosen => LoraBench.Run(chosen.Count, chosen.OfProcessor),
    [PeakMemory.Child, MethodsBench.Name, var method] => PeakMemory.Print(() => MethodsBench.Create(method)),
    [PeakMemory.Child, LoraBench.Name, var variant] => PeakMemory.Print(() => LoraBench.Create(variant)),
    _ => Usage(),
};

static (int Count, bool OfProcessor)? Rounds(string[] words) => words switch
{
    [] => (DefaultRounds, false),
    ["processor"] => (DefaultRounds, true),
    [var count] when int.TryParse(count, out var rounds) && rounds > 0 => (rounds, false),
    [var count, "processor"] when int.TryParse(count, out var rounds) && rounds > 0 => (rounds, true),
    _ => null,
};

static int Usage()
{
    Console.Error.WriteLine($"usage: Peft.Bench {MethodsBench.Name}|{LoraBench.Name} [ROUNDS] [processor]");
    return 2;
}
