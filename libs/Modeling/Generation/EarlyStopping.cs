namespace Platform.Modeling.Generation;

/// <summary>When a beam search may end before its length: <c>early_stopping</c> of transformers.</summary>
public enum EarlyStopping
{
    /// <summary><c>false</c>: once no running beam, as long as it is now, beats the worst finished one; a heuristic.</summary>
    WhenUnlikelyToImprove,

    /// <summary><c>true</c>: once as many beams have finished as there are.</summary>
    WhenFull,

    /// <summary><c>"never"</c>: only once no running beam can beat the worst finished one, however it goes on.</summary>
    Never,
}
