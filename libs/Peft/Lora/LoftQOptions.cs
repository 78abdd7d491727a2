namespace Platform.Peft.Lora;

/// <summary>How <see cref="LoftQ"/> rounds the base; the names in brackets are those of PEFT's loftq_config.</summary>
public sealed record LoftQOptions
{
    /// <summary>Bits per number [loftq_bits].</summary>
    public int Bits { get; init; } = 4;

    /// <summary>How often the weight is rounded and the factors are fitted [loftq_iter].</summary>
    public int Iterations { get; init; } = 1;

    internal IEnumerable<string> Problems()
    {
        if (Bits is not (2 or 4 or 8)) yield return $"loftq_bits is {Bits}; it must be 2, 4 or 8.";
        if (Iterations < 1) yield return $"loftq_iter is {Iterations}; it must be at least 1, commonly 1 to 5.";
    }
}
