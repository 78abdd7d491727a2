namespace Platform.Modeling.Whisper;

/// <summary>What to write of a sound.</summary>
/// <param name="Language">the language spoken, as <c>en</c>, <c>english</c> or <c>&lt;|en|&gt;</c>; null: as the model folder says, else it is detected</param>
/// <param name="Name"><c>transcribe</c> or <c>translate</c> (into English); null: as the model folder says, else transcribe</param>
public sealed record SpeechTask(string? Language = null, string? Name = null)
{
    public const string Transcribe = "transcribe";
    public const string Translate = "translate";
}
