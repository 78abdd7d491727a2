using Platform.Modeling.Generation;

namespace Platform.Modeling.Tests.Generation;

public sealed class GenerationOptionsTests
{
    [Fact]
    public void AnOwnFileWinsAndIsCompletedByTheModelsConfig()
    {
        var options = Load("""{"eos_token_id":[2,3],"pad_token_id":0}""", """{"do_sample":true,"temperature":0.6,"top_p":0.9,"top_k":40,"eos_token_id":7}""");
        Assert.Equal((true, 0.6, 0.9, 40, 0L), (options.Sample, options.Temperature, options.TopP, options.TopK, options.PadTokenId));
        Assert.Equal([7], options.EosTokenIds);
    }

    [Fact]
    public void AFileDerivedFromTheConfigYieldsToIt() =>
        Assert.Equal([2, 3], Load("""{"eos_token_id":[2,3]}""", """{"_from_model_config":true,"eos_token_id":7}""").EosTokenIds);

    [Fact]
    public void WithoutAFileDecodingIsGreedy() => Assert.False(Load("""{"eos_token_id":2}""", null).Sample);

    [Fact]
    public void WrongValuesAreRefused() =>
        Assert.Contains("top_p", Assert.Throws<ModelConfigException>(() => Load("{}", """{"top_p":1.5}""")).Message);

    [Fact]
    public void EveryWrongValueIsNamed()
    {
        const string file = """{"top_p":1.5,"num_beams":0,"min_p":-1,"repetition_penalty":0,"early_stopping":"maybe","typical_p":0.5,"bad_words_ids":[1],"stop_strings":[""]}""";
        var message = Assert.Throws<ModelConfigException>(() => Load("{}", file)).Message;
        foreach (var key in (string[])["generation_config.json", "top_p", "num_beams", "min_p", "repetition_penalty", "maybe", "typical_p", "bad_words_ids", "stop_strings"]) Assert.Contains(key, message);
    }

    [Fact]
    public void WithoutAnOwnFileTheSettingsInTheModelsConfigCount()
    {
        var options = Load("""{"num_beams":4,"early_stopping":true,"forced_eos_token_id":2,"decoder_start_token_id":9,"length_penalty":2.0,"no_repeat_ngram_size":3,"max_length":142}""", null);
        Assert.Equal((4, EarlyStopping.WhenFull, 9, 2.0, 3, 142), (options.Beams, options.EarlyStopping, options.DecoderStartTokenId, options.LengthPenalty, options.NoRepeatNgramSize, options.MaxLength));
        Assert.Equal([2], options.ForcedEosTokenIds);
    }

    [Fact]
    public void WhispersListsAreRead()
    {
        var options = Load("{}", """{"suppress_tokens":[1,2],"begin_suppress_tokens":[220,50257],"forced_decoder_ids":[[1,null],[2,50359]],"bad_words_ids":[[3,4],[5]],"stop_strings":"end"}""");
        Assert.Equal([1, 2], options.SuppressedTokens);
        Assert.Equal([220, 50257], options.BeginSuppressedTokens);
        Assert.Equal([new KeyValuePair<int, int>(2, 50359)], options.ForcedDecoderTokens);
        Assert.Equal([[3, 4], [5]], options.BannedWords);
        Assert.Equal(["end"], options.StopStrings);
    }

    [Fact]
    public void SamplingKeepsFiftyTokensUnlessTheFileSaysOtherwise()
    {
        Assert.Equal(50, Load("{}", """{"do_sample":true}""").TopK);
        Assert.Equal(0, Load("{}", """{"do_sample":true,"top_k":null}""").TopK);
    }

    private static GenerationOptions Load(string config, string? generation)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), config);
        if (generation is not null) File.WriteAllText(folder.File(GenerationOptions.FileName), generation);
        return GenerationOptions.Load(folder.Path);
    }
}
