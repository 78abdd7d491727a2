using System.Text.Json;

namespace Platform.Modeling.Tokenization.ChatGlm;

/// <summary>One message of a ChatGLM3 conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>observation</c>.</param>
/// <param name="Metadata">Stands behind the role: of an assistant's turn the name of the tool that it calls.</param>
/// <param name="Tools">What a system message offers; becomes part of its text.</param>
public sealed record ChatGlmTurn(string Role, string Content, string Metadata = "", JsonElement? Tools = null);
