using Platform.Peft.AdaLora;
using Platform.Peft.Boft;
using Platform.Peft.Configuration;
using Platform.Peft.Ia3;
using Platform.Peft.LnTuning;
using Platform.Peft.LoHa;
using Platform.Peft.LoKr;
using Platform.Peft.Lora;
using Platform.Peft.Oft;
using Platform.Peft.PrefixTuning;
using Platform.Peft.PromptTuning;
using Platform.Peft.PTuning;
using Platform.Peft.Vera;

namespace Platform.Peft;

/// <summary>A method of adapting, by the name PEFT has for it.</summary>
/// <param name="PeftType">The <c>peft_type</c> of adapter_config.json.</param>
/// <param name="Read">Reads the method's keys; problems are collected in the fields.</param>
internal sealed record AdapterMethod(string PeftType, Func<AdapterFields, AdapterOptions> Read)
{
    /// <summary>The methods the library knows.</summary>
    public static readonly IReadOnlyList<AdapterMethod> All =
    [
        new("ADALORA", AdaLoraConfigFile.Read),
        new("BOFT", BoftOptions.Read),
        new("IA3", Ia3Options.Read),
        new("LN_TUNING", LnTuningOptions.Read),
        new("LOHA", LoHaOptions.Read),
        new("LOKR", LoKrOptions.Read),
        new("LORA", LoraConfigFile.Read),
        new("OFT", OftOptions.Read),
        new("P_TUNING", PTuningOptions.Read),
        new("PREFIX_TUNING", PrefixTuningOptions.Read),
        new("PROMPT_TUNING", PromptTuningOptions.Read),
        new("VERA", VeraOptions.Read),
    ];
}
