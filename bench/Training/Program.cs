using Platform.Training.Bench;

// Usage: Training.Bench step [lora|full] [ROUNDS] | estimate | growth [STEPS]
return args switch
{
    ["step"] => Math.Max(StepBench.Run(Method.Lora, rounds: 7), StepBench.Run(Method.Full, rounds: 7)),
    ["step", var name] when Enum.TryParse<Method>(name, ignoreCase: true, out var method) => StepBench.Run(method, rounds: 7),
    ["step", var name, var count] when Enum.TryParse<Method>(name, ignoreCase: true, out var method) && int.TryParse(count, out var rounds) && rounds > 0 => StepBench.Run(method, rounds),
    [StepBench.Child, var variant, var name] => StepBench.PrintPeak(variant, Enum.Parse<Method>(name)),
    ["estimate"] => EstimateBench.Run(),
    [EstimateBench.Child, var index] => EstimateBench.PrintPeak(int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)),
    ["growth"] => GrowthBench.Run(steps: 1000),
    ["growth", var count] when int.TryParse(count, out var steps) && steps > 1 => GrowthBench.Run(steps),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Training.Bench step [lora|full] [ROUNDS] | estimate | growth [STEPS]");
    return 2;
}
