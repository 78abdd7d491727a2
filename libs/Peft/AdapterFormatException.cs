namespace Platform.Peft;

/// <summary>An adapter folder that cannot be read, or does not fit the model; the message names the file and what is wrong in it.</summary>
public sealed class AdapterFormatException(string file, string problem, Exception? inner = null) : IOException($"{file}: {problem}", inner)
{
    /// <summary>The file inside the adapter folder.</summary>
    public string File { get; } = file;
}
