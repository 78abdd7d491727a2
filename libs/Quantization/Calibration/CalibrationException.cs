namespace Platform.Quantization.Calibration;

/// <summary>Calibration data that a layer cannot be quantized with; only other data or options help.</summary>
public sealed class CalibrationException(string message, Exception? inner = null) : Exception(message, inner);
