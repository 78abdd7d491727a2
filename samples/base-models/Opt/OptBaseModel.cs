using Platform.BaseModels.Causal;
using Platform.Data.Collation;
using Platform.FineTuning.Supervised;
using Platform.Modeling;
using Platform.Modeling.Opt;
using Platform.Modeling.Tokenization;
using Platform.Modeling.Tokenization.Training;
using Platform.Quickstart.Generator;
using Platform.Recipes.Generator.Commands;
using static TorchSharp.torch;

namespace Platform.BaseModels.Opt;

/// <summary>An OPT that writes what people want their devices to do as JSON, as a call or in few words, and does not know the recipe's code.</summary>
public sealed class OptBaseModel : IBaseModel
{
    private const ulong CorpusSeed = 203, ExaminationSeed = 303;
    private const int Texts = 5000, RowsPerStep = 32, MaxLength = 96, Examined = 200;

    public string Name => "opt";

    public bool Make(string folder, long? steps)
    {
        // The names and the order of OPT's own tokens; it begins texts with the token that ends them.
        new BpeTrainer
        {
            VocabularySize = 512,
            SpecialTokens = ["<s>", "<pad>", "</s>", "<unk>"],
            BosToken = "</s>",
            EosToken = "</s>",
            PadToken = "<pad>",
            AddBosToken = true,
        }.Train(CommandCorpus.Rows(CorpusSeed).Take(Texts).Select(row => row.Prompt + row.Completion), folder);
        var tokenizer = Tokenizer.Load(folder);
        var encoder = new SupervisedEncoder(tokenizer, MaxLength);
        var options = Pretraining.Options(steps ?? 1000, 3e-3);
        var rows = CommandCorpus.Rows(CorpusSeed).Take((int)options.MaxSteps!.Value * RowsPerStep).Select(Encode).ToList();
        var examination = CommandCorpus.Rows(ExaminationSeed).Take(Examined).Select(Encode).ToList();
        var foreign = CommandData.Rows().HeldOut.Select(Encode).ToList();

        using var model = new OptForCausalLm(Config(tokenizer), ScalarType.Float32, CPU);
        Pretraining.Run(model, options, Pretraining.Steps(new SupervisedObjective(model, rows), rows.Select(row => row.Length), RowsPerStep));
        model.SaveHalf(folder);

        using var saved = PretrainedModel.Load<CausalLanguageModel>(folder, CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        var (known, guessed) = (Examination.ExactMatch(saved, examination), Examination.ExactMatch(saved, foreign));
        Console.WriteLine($"writes {known:p1} in the codes it was shown, {guessed:p1} in the one it was not");
        return known >= 0.9 && guessed < 0.1;

        SupervisedExample Encode(Row row) => encoder.Encode(row.Prompt, row.Completion) ?? throw new InvalidOperationException($"Too long: {row.Completion}");
    }

    private static OptConfig Config(Tokenizer tokenizer) => new()
    {
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = 96,
        EmbeddingSize = 96,
        InnerSize = 384,
        Layers = 3,
        Heads = 4,
        MaxPositions = 128,
        InitializerRange = 0.06, // 0.02 is for rows eight times as long: 0.02 · √8
        TieWordEmbeddings = true,
        BosTokenId = tokenizer.BosTokenId,
        EosTokenIds = [tokenizer.EosTokenId!.Value],
        PadTokenId = tokenizer.PadTokenId,
    };
}
