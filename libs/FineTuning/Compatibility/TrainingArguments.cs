namespace Platform.FineTuning.Compatibility;

/// <summary>What a JSON of transformers' TrainingArguments asks for, in this library's terms.</summary>
/// <param name="Precision"><c>fp32</c>, <c>bf16</c> or <c>fp16</c></param>
/// <param name="KeptCheckpoints">null: all</param>
/// <param name="Ignored">fields that ask for something and have no effect, each with the reason</param>
public sealed record TrainingArguments(TrainingOptions Options, string Precision, int? KeptCheckpoints, IReadOnlyList<string> Ignored);
