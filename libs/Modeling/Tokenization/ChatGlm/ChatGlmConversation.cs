using Platform.Modeling.ChatTemplates.Jinja;

namespace Platform.Modeling.Tokenization.ChatGlm;

/// <summary>
/// A conversation as ChatGLM3 was trained on it: <c>[gMASK] sop</c>, then for each turn the role's token, the metadata and a
/// line end, and the content, each tokenized by itself, so that no text can become a special token.
/// </summary>
public static class ChatGlmConversation
{
    private static readonly PythonJson.Style Indented = new("    ", EnsureAscii: false, SortKeys: false, ",", ": ");

    /// <summary>The prompt for the assistant's next turn.</summary>
    /// <exception cref="ArgumentException">A role is not one of ChatGLM3's, or the tokenizer is not.</exception>
    public static List<int> Prompt(Tokenizer tokenizer, IEnumerable<ChatGlmTurn> turns) =>
        [Special(tokenizer, "[gMASK]"), Special(tokenizer, "sop"), .. turns.SelectMany(turn => Turn(tokenizer, turn)), Special(tokenizer, "<|assistant|>")];

    private static List<int> Turn(Tokenizer tokenizer, ChatGlmTurn turn)
    {
        if (turn.Role is not ("system" or "user" or "assistant" or "observation"))
            throw new ArgumentException($"role is '{turn.Role}'; ChatGLM3 knows system, user, assistant and observation.");
        var content = turn.Tools is { } tools ? $"{turn.Content}\n{PythonJson.Write(PythonJson.Read(tools), Indented)}" : turn.Content;
        return [Special(tokenizer, $"<|{turn.Role}|>"), .. Text($"{turn.Metadata}\n"), .. Text(content)];

        List<int> Text(string text) => tokenizer.Encode(text, addSpecialTokens: false).Ids;
    }

    private static int Special(Tokenizer tokenizer, string token) =>
        tokenizer.IdOf(token) ?? throw new ArgumentException($"The tokenizer has no token '{token}'; expected that of a ChatGLM3 folder.");
}
