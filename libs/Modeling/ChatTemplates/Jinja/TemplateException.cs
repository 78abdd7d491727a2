namespace Platform.Modeling.ChatTemplates;

/// <summary>Why a chat template could not be rendered.</summary>
public enum TemplateFault
{
    /// <summary>The template called <c>raise_exception</c>; the message is its own.</summary>
    Raised,

    /// <summary>The template is no valid Jinja, or uses a tag, filter or test that does not exist.</summary>
    Syntax,

    /// <summary>A value that is not there was used as if it were.</summary>
    Undefined,

    /// <summary>The template reached for something that it must not touch.</summary>
    Security,

    /// <summary>Values of the wrong kind, division by zero, too much work or output, …</summary>
    Other,
}

/// <summary>A chat template could not be parsed or rendered.</summary>
public sealed class TemplateException(TemplateFault fault, string message) : Exception(message)
{
    public TemplateFault Fault { get; } = fault;
}
