namespace Platform.BaseModels.Whisper;

/// <summary>The special tokens of a Whisper that knows one language.</summary>
public static class WhisperTokens
{
    public const string End = "<|endoftext|>";
    public const string Start = "<|startoftranscript|>";
    public const string English = "<|en|>";

    public static readonly string[] All =
        [End, Start, English, "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"];
}
