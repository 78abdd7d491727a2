namespace Platform.Modeling.Generation;

/// <summary>Why a row ended.</summary>
public enum FinishReason
{
    /// <summary>The model chose an end token.</summary>
    EndToken,

    /// <summary>Its text holds a stop string.</summary>
    StopString,

    /// <summary>It has as many tokens as it may have.</summary>
    Length,
}
