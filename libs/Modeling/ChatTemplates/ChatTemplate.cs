using System.Text.Json;
using Platform.Modeling.ChatTemplates.Jinja;

namespace Platform.Modeling.ChatTemplates;

/// <summary>
/// The chat template of a model folder: a Jinja program that turns messages into the text the model was trained on. Runs in a
/// sandbox without input or output, and within a budget. Safe for concurrent use.
/// </summary>
public sealed class ChatTemplate
{
    private readonly IReadOnlyDictionary<string, string> _sources;
    private readonly IReadOnlyDictionary<string, string> _specialTokens;
    private readonly TimeProvider _clock;

    internal ChatTemplate(IReadOnlyDictionary<string, string> sources, IReadOnlyDictionary<string, string> specialTokens, TimeProvider? clock)
    {
        _sources = sources;
        _specialTokens = specialTokens;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>
    /// Reads <c>chat_template.jinja</c> and <c>additional_chat_templates/*.jinja</c>, or <c>chat_template</c> in <c>tokenizer_config.json</c>.
    /// Null where the folder has none.
    /// </summary>
    /// <exception cref="InvalidDataException">The list of templates in <c>tokenizer_config.json</c> is malformed.</exception>
    public static ChatTemplate? Load(string folder, TimeProvider? clock = null) => ChatTemplateFiles.Read(folder) is var (sources, tokens) && sources.Count > 0
        ? new ChatTemplate(sources, tokens, clock)
        : null;

    /// <summary>A template given as text.</summary>
    /// <param name="specialTokens">Variables such as <c>bos_token</c>.</param>
    public static ChatTemplate Parse(string source, IReadOnlyDictionary<string, string>? specialTokens = null, TimeProvider? clock = null)
    {
        try
        {
            TemplateParser.Parse(source);
        }
        catch (Exception fault) when (fault is not TemplateException)
        {
            throw new TemplateException(TemplateFault.Syntax, fault.Message);
        }

        return new ChatTemplate(new Dictionary<string, string> { ["default"] = source }, specialTokens ?? new Dictionary<string, string>(), clock);
    }

    /// <summary>The names of the templates; most folders have just <c>default</c>.</summary>
    public IEnumerable<string> Names => _sources.Keys;

    /// <summary>Renders a conversation.</summary>
    /// <param name="messages">An array of objects with <c>role</c> and <c>content</c>, and whatever else the template knows.</param>
    /// <param name="tools">Tools as the template wants them; chooses the template <c>tool_use</c> where there is one.</param>
    /// <param name="addGenerationPrompt">End with what begins the assistant's turn.</param>
    /// <param name="extra">More variables, as an object.</param>
    /// <param name="template">The name of a template, or its text.</param>
    /// <param name="continueFinalMessage">End within the last message, for the model to continue it.</param>
    /// <exception cref="TemplateException">The template refuses the conversation, or is broken.</exception>
    public string Render(
        JsonElement messages, JsonElement? tools = null, bool addGenerationPrompt = false, JsonElement? extra = null, string? template = null, bool continueFinalMessage = false)
    {
        if (!continueFinalMessage) return Run(Choose(template, tools), messages, tools, addGenerationPrompt, extra).Text;
        if (addGenerationPrompt) throw new TemplateException(TemplateFault.Other, "addGenerationPrompt and continueFinalMessage exclude each other.");
        return FinalMessage.Continue(messages, marked => Run(Choose(template, tools), marked, tools, false, extra).Text);
    }

    /// <summary>Renders a conversation of plain messages.</summary>
    public string Render(IEnumerable<(string Role, string Content)> messages, bool addGenerationPrompt = false) => Render(ToJson(messages), addGenerationPrompt: addGenerationPrompt);

    /// <summary>
    /// Renders a conversation for training: with the ranges that the assistant wrote. These are the template's generation blocks;
    /// a template without is rendered once per assistant turn: what the turn adds to the prompt for it, its end included.
    /// </summary>
    /// <param name="messages">An array of objects with <c>role</c> and <c>content</c>, and whatever else the template knows.</param>
    /// <param name="tools">Tools as the template wants them; chooses the template <c>tool_use</c> where there is one.</param>
    /// <exception cref="TemplateException">The template rewrites earlier turns, so that no range can be told; or it refuses the conversation.</exception>
    public RenderedChat RenderForTraining(JsonElement messages, JsonElement? tools = null)
    {
        var source = Choose(null, tools);
        var (text, generated) = Run(source, messages, tools, false, null);
        if (generated.Count == 0) generated = AssistantTurns.Find(messages, text, (turns, prompt) => Run(source, turns, tools, prompt, null).Text);
        return new RenderedChat(text, AssistantTurns.InCodePoints(text, generated));
    }

    private static JsonElement ToJson(IEnumerable<(string Role, string Content)> messages) =>
        JsonSerializer.SerializeToElement(messages.Select(message => new { role = message.Role, content = message.Content }));

    private string Choose(string? template, JsonElement? tools)
    {
        if (template is not null) return _sources.GetValueOrDefault(template, template);
        if (tools is { ValueKind: not JsonValueKind.Null } && _sources.TryGetValue("tool_use", out var forTools)) return forTools;
        return _sources.TryGetValue("default", out var standard)
            ? standard
            : throw new TemplateException(TemplateFault.Other, $"there is no template 'default'; name one of {string.Join(", ", _sources.Keys)}.");
    }

    private (string Text, IReadOnlyList<(int Start, int End)> Generated) Run(string source, JsonElement messages, JsonElement? tools, bool addGenerationPrompt, JsonElement? extra)
    {
        var scope = new Scope(Globals.Scope(_clock.GetLocalNow()));
        foreach (var (name, token) in _specialTokens) scope[name] = token;
        if (extra is { ValueKind: JsonValueKind.Object } variables)
        {
            foreach (var variable in variables.EnumerateObject()) scope[variable.Name] = PythonJson.Read(variable.Value);
        }

        scope["messages"] = PythonJson.Read(messages);
        scope["tools"] = tools is { } given ? PythonJson.Read(given) : null;
        if (scope["documents"] is Undefined) scope["documents"] = null;
        scope["add_generation_prompt"] = addGenerationPrompt;
        var renderer = new Renderer(_clock);
        try
        {
            return (renderer.Render(TemplateParser.Parse(source), scope), renderer.Generated);
        }
        // Where the interpreter's own code refuses a value that a template made, the template is at fault.
        catch (Exception fault) when (fault is not TemplateException)
        {
            throw new TemplateException(TemplateFault.Other, fault.Message);
        }
    }
}
