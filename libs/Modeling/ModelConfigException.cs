namespace Platform.Modeling;

/// <summary>A config.json is missing, malformed or asks for what is not there; the message lists every problem.</summary>
public sealed class ModelConfigException(string message, Exception? inner = null) : Exception(message, inner);
