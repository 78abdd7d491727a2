using Platform.Training.Bench;

// Usage: Training.Bench step [lora|full] [ROUNDS] [processor] | estimate | growth [STEPS]
const int DefaultRounds = 7, DefaultSteps = 1000;
return args switch
{
    ["step", .. var rest] when Steps(rest) is { } chosen => chosen.Methods.Max(method => StepBench.Run(method, chosen.Rounds, chosen.OfProcessor)),
    [PeakMemory.Child, var variant, var name] => StepBench.PrintPeak(variant, Enum.Parse<Method>(name)),
    ["estimate"] => EstimateBench.Run(),
    [EstimateBench.Child, var index] => EstimateBench.PrintPeak(int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)),
    ["growth"] => GrowthBench.Run(DefaultSteps),
    ["growth", var count] when int.TryParse(count, out var steps) && steps >= 100 => GrowthBench.Run(steps),
    _ => Usage(),
};

static (Method[] Methods, int Rounds, bool OfProcessor)? Steps(string[] words)
{
    var (methods, rounds, ofProcessor) = (Enum.GetValues<Method>(), DefaultRounds, false);
    foreach (var word in words)
    {
        if (int.TryParse(word, out var count) && count > 0) rounds = count;
        else if (Enum.TryParse<Method>(word, ignoreCase: true, out var method)) methods = [method];
        else if (word == "processor") ofProcessor = true;
        else return null;
    }

    return (methods, rounds, ofProcessor);
}

static int Usage()
{
    Console.Error.WriteLine("usage: Training.Bench step [lora|full] [ROUNDS] [processor] | estimate | growth [STEPS]");
    return 2;
}
