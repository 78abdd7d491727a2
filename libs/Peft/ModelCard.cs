using Platform.Peft.Lora;

namespace Platform.Peft;

/// <summary>The README.md of an adapter folder, with the front matter by which model hubs find the base model.</summary>
internal static class ModelCard
{
    public static string For(LoraOptions options) =>
        $"""
        ---
        {(options.BaseModel is { } baseModel ? $"base_model: {baseModel}\n" : "")}library_name: peft
        {(options.TaskType == "CAUSAL_LM" ? "pipeline_tag: text-generation\n" : "")}tags:
        {(options.BaseModel is { } adapted ? $"- base_model:adapter:{adapted}\n" : "")}- lora
        ---

        # LoRA adapter

        Rank {options.Rank}, alpha {options.Alpha}{(options.RankStabilized ? " (rank-stabilised)" : "")}, on {options.TargetModules}.

        ```python
        from peft import AutoPeftModelForCausalLM

        model = AutoPeftModelForCausalLM.from_pretrained("path/to/this/folder")
        ```

        """;
}
