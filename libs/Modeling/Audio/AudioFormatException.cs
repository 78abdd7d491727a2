namespace Platform.Modeling.Audio;

/// <summary>A sound file is damaged or of a kind that is not read; the message says which part and what would do.</summary>
public sealed class AudioFormatException(string message, Exception? inner = null) : Exception(message, inner);
