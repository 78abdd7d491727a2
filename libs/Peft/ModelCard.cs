namespace Platform.Peft;

/// <summary>The README.md of an adapter folder, with the front matter by which model hubs find the base model.</summary>
internal static class ModelCard
{
    public static string For(AdapterOptions options) =>
        $"""
        ---
        {(options.BaseModel is { } baseModel ? $"base_model: {baseModel}\n" : "")}library_name: peft
        {(options.TaskType == "CAUSAL_LM" ? "pipeline_tag: text-generation\n" : "")}tags:
        {(options.BaseModel is { } adapted ? $"- base_model:adapter:{adapted}\n" : "")}- {options.PeftType.ToLowerInvariant()}
        ---

        # {options.PeftType} adapter

        {options.Summary}

        ```python
        from peft import AutoPeftModelForCausalLM

        model = AutoPeftModelForCausalLM.from_pretrained("path/to/this/folder")
        ```

        """;
}
