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

    private static GenerationOptions Load(string config, string? generation)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), config);
        if (generation is not null) File.WriteAllText(folder.File(GenerationOptions.FileName), generation);
        return GenerationOptions.Load(folder.Path);
    }
}
