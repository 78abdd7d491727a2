namespace Platform.FineTuning.Supervised;

/// <summary>Conversations were given to a model whose folder does not say how to write them as text.</summary>
public sealed class ChatTemplateMissingException() : NotSupportedException(
    "rows of the format chat need a chat template, and the model folder has none: add chat_template.jinja, or chat_template in "
    + "tokenizer_config.json, for example from the model's instruction-tuned sibling; or use the format prompt-completion.");
