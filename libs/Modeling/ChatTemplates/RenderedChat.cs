namespace Platform.Modeling.ChatTemplates;

/// <summary>A rendered conversation.</summary>
/// <param name="AssistantSpans">The ranges of the text, in code points, that the assistant wrote: what a loss may cover.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<(int Start, int End)> AssistantSpans);
