namespace Platform.Estimation.Shapes;

/// <summary>A config.json does not say how large its model is; the message names the field.</summary>
public sealed class ShapeException(string message) : Exception(message);
