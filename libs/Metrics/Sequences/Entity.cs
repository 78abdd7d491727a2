namespace Platform.Metrics.Sequences;

/// <summary>A run of tagged tokens.</summary>
/// <param name="Sentence">Counted from 0.</param>
/// <param name="First">Its first token in the sentence.</param>
/// <param name="Last">Its last token, itself included.</param>
public readonly record struct Entity(string Type, int Sentence, int First, int Last);
