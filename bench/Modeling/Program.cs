using Platform.Modeling.Bench;

// Usage: Modeling.Bench load [MEGABYTES] | step
return args switch
{
    ["load"] => LoadBench.Run(megabytes: 1024),
    ["load", var size] when int.TryParse(size, out var megabytes) && megabytes > 0 => LoadBench.Run(megabytes),
    [LoadBench.Child, var folder] => LoadBench.LoadOnce(folder),
    ["step"] => StepBench.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Modeling.Bench load [MEGABYTES] | step");
    return 2;
}
