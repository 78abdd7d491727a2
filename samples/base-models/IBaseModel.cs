namespace Platform.BaseModels;

/// <summary>A small base model that is made here, from nothing.</summary>
public interface IBaseModel
{
    string Name { get; }

    /// <summary>Makes it, writes it into a folder and prints what it can do.</summary>
    /// <param name="steps">of training; the recipe's if absent</param>
    /// <returns>whether it is what the samples need</returns>
    bool Make(string folder, long? steps);
}
