namespace Platform.FineTuning.SpeechRecognition;

/// <summary>A sound and the tokens that say what is said in it.</summary>
/// <param name="Samples">mono, at the rate of the model's features</param>
/// <param name="Labels">what the decoder is to write after its start token: language and task, the text, the end</param>
public sealed record Utterance(float[] Samples, int[] Labels);
