namespace Platform.FineTune.Api.V1Alpha1.Methods;

/// <summary>What all methods that put virtual tokens in front of a text have in common.</summary>
public abstract record PromptSpec
{
    public int VirtualTokens { get; init; } = 20;
    public IList<string>? ModulesToSave { get; init; }
}

/// <summary>Trained embeddings in front of the text.</summary>
public sealed record PromptTuningSpec : PromptSpec
{
    public string Init { get; init; } = "random";
    public string? InitText { get; init; }
}

/// <summary>Embeddings in front of the text that an encoder computes.</summary>
public sealed record PTuningSpec : PromptSpec
{
    public string Encoder { get; init; } = "mlp";
    public int? EncoderHiddenSize { get; init; }
    public int EncoderLayers { get; init; } = 2;
    public string EncoderDropout { get; init; } = "0";
}

/// <summary>Trained keys and values in front of every block's.</summary>
public sealed record PrefixTuningSpec : PromptSpec
{
    public bool Projection { get; init; }
    public int? EncoderHiddenSize { get; init; }
}

/// <summary>A prefix without projection, with dropout.</summary>
public sealed record PTuningV2Spec : PromptSpec
{
    public string Dropout { get; init; } = "0.1";
}
