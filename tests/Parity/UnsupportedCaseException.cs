namespace Platform.Parity;

/// <summary>The library does not do what the case needs; thrown where that is found out.</summary>
public sealed class UnsupportedCaseException(string reason) : Exception(reason);
