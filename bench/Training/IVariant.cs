namespace Platform.Training.Bench;

/// <summary>One way to take a training step.</summary>
internal interface IVariant : IDisposable
{
    /// <returns>the mean loss before the step; not a number: there is none</returns>
    double Step();
}

/// <summary>What is trained.</summary>
internal enum Method
{
    Lora,
    Full,
}
