using System.Globalization;
using Platform.BaseModels;
using Platform.BaseModels.ChatGlm;
using Platform.BaseModels.Encoders;
using Platform.BaseModels.Llama;
using Platform.BaseModels.Opt;
using Platform.BaseModels.Whisper;

// Usage: BaseModels NAME MODEL_FOLDER [STEPS]   writes one of the samples' base models, trained from nothing
IBaseModel[] models = [new LlamaBaseModel(), new BertBaseModel(), new DistilBertBaseModel(), new OptBaseModel(), new WhisperBaseModel(), new ChatGlmBaseModel()];
long? steps = null;
if (args.Length == 3 && long.TryParse(args[2], CultureInfo.InvariantCulture, out var given) && given > 0) steps = given;
if (args.Length is < 2 or > 3 || (args.Length == 3 && steps is null) || models.FirstOrDefault(model => model.Name == args[0]) is not { } chosen)
{
    Console.Error.WriteLine($"usage: BaseModels {string.Join('|', models.Select(model => model.Name))} MODEL_FOLDER [STEPS]");
    return 2;
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return chosen.Make(args[1], steps) ? 0 : 1;
