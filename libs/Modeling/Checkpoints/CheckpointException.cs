namespace Platform.Modeling.Checkpoints;

/// <summary>A checkpoint file is missing, damaged or does not fit the model; the message names the file and the tensor.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : Exception(message, inner);
