using Platform.Modeling;
using Platform.Peft.Lora;
using static TorchSharp.torch;

namespace Platform.Peft.Tests;

public sealed class AdapterFilesTests : IDisposable
{
    private readonly CausalLanguageModel _model = Llama.Load();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("adapter-");

    public void Dispose()
    {
        _model.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void AnAdapterOfAnotherRankIsRefusedWithKeyAndShapes()
    {
        using (var adapter = Adapters.Attach(_model, Options(rank: 2), new Generator(1))) adapter.Save(_folder.FullName);
        ChangeConfig("\"r\": 2", "\"r\": 3");
        var refusal = Assert.Throws<AdapterFormatException>(() => Adapters.Load(_model, _folder.FullName));
        Assert.Equal("adapter_model.safetensors", refusal.File);
        Assert.Contains("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight has the shape [2, 32], the model needs [3, 32]", refusal.Message);
    }

    [Fact]
    public void ARefusedAdapterLeavesTheModelAsItWas()
    {
        using var before = Llama.Logits(_model);
        using (var adapter = Adapters.Attach(_model, Options(rank: 2), new Generator(1))) adapter.Save(_folder.FullName);
        ChangeConfig("\"q_proj\"", "\"k_proj\"");
        var refusal = Assert.Throws<AdapterFormatException>(() => Adapters.Load(_model, _folder.FullName));
        Assert.Contains("the key base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight is missing", refusal.Message);
        Assert.Contains("belongs to no adapted layer", refusal.Message);
        using var after = Llama.Logits(_model);
        Assert.True(before.eq(after).all().item<bool>());
    }

    [Fact]
    public void ATruncatedFileIsNamed()
    {
        using (var adapter = Adapters.Attach(_model, Options(rank: 2), new Generator(1))) adapter.Save(_folder.FullName);
        using (var file = File.OpenWrite(Path.Combine(_folder.FullName, "adapter_model.safetensors"))) file.SetLength(file.Length - 100);
        Assert.Equal("adapter_model.safetensors", Assert.Throws<AdapterFormatException>(() => Adapters.Load(_model, _folder.FullName)).File);
    }

    [Fact]
    public void AnEmptyFolderIsNoAdapter() => Assert.Contains("adapter_config.json", Assert.Throws<AdapterFormatException>(() => Adapters.Load(_model, _folder.FullName)).Message);

    [Theory]
    [InlineData("\"use_qalora\": false", "\"use_qalora\": true", "use_qalora = true")]
    [InlineData("\"peft_type\": \"LORA\"", "\"peft_type\": \"XLORA\"", "XLORA")]
    [InlineData("\"init_lora_weights\": true", "\"init_lora_weights\": \"eva\"", "eva")]
    public void WhatIsNotSupportedIsSaid(string present, string changed, string named)
    {
        using (var adapter = Adapters.Attach(_model, Options(rank: 2), new Generator(1))) adapter.Save(_folder.FullName);
        ChangeConfig(present, changed);
        Assert.Contains(named, Assert.Throws<NotSupportedException>(() => Adapters.Load(_model, _folder.FullName)).Message);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"peft_type\": \"LORA\", \"target_modules\": [1]}")]
    [InlineData("{\"peft_type\": \"LORA\", \"target_modules\": [\"q_proj\"], \"r\": -1}")]
    public void AMalformedConfigurationIsRefused(string json)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "adapter_config.json"), json);
        Assert.Equal("adapter_config.json", Assert.Throws<AdapterFormatException>(() => Adapters.Load(_model, _folder.FullName)).File);
    }

    private static LoraOptions Options(int rank) => new() { Rank = rank, TargetModules = ModulePattern.List("q_proj") };

    private void ChangeConfig(string present, string changed)
    {
        var file = Path.Combine(_folder.FullName, "adapter_config.json");
        var text = File.ReadAllText(file);
        Assert.Contains(present, text);
        File.WriteAllText(file, text.Replace(present, changed));
    }
}
