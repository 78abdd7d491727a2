namespace Platform.FineTuning.QuestionAnswering;

/// <summary>A window of a question with what is to be learned there.</summary>
/// <param name="First">the answer's first position; where the window does not hold it, the position of no answer</param>
/// <param name="Last">the answer's last position, likewise</param>
public sealed record QuestionExample(QuestionWindow Window, int First, int Last);
