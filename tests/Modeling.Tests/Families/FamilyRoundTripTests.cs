using Platform.Modeling.Checkpoints;
using Platform.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Families;

/// <summary>What every family keeps: its config through writing and reading, its weights through saving and loading.</summary>
public sealed class FamilyRoundTripTests
{
    private static readonly string Cases = Path.Combine(RepositoryFolder.Root, "tests", "fixtures", "models");

    public static TheoryData<string> Folders => [.. Directory.EnumerateDirectories(Cases).Where(folder => File.Exists(Path.Combine(folder, ModelConfig.FileName))).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string, string> Configs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var folder in Directory.EnumerateDirectories(Cases).Order(StringComparer.Ordinal))
            {
                foreach (var file in Directory.EnumerateFiles(folder, "config*.json").Order(StringComparer.Ordinal)) data.Add(Path.GetFileName(folder), Path.GetFileName(file));
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Configs))]
    public void AConfigThatIsWrittenIsReadAsItWas(string name, string file)
    {
        var json = ModelConfig.ReadJson(Path.Combine(Cases, name, file));
        using var model = PretrainedModel.Create<PretrainedModel>(json, META, ScalarType.Float32);
        var written = model.Config.ToJson();
        using var again = PretrainedModel.Create<PretrainedModel>(written, META, ScalarType.Float32);

        // The text of a record holds its figures, the JSON its lists.
        Assert.Equal(model.Config.ToString(), again.Config.ToString());
        Assert.Equal(written.ToJsonString(), again.Config.ToJson().ToJsonString());
    }

    [Theory, MemberData(nameof(Folders))]
    public void AModelThatIsSavedIsLoadedAsItWas(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = PretrainedModel.Load(Path.Combine(Cases, name), CPU);
        model.Save(folder.Path);

        LoadReport? report = null;
        using var again = PretrainedModel.Load(folder.Path, CPU, new LoadOptions { Report = seen => report = seen });
        Assert.Equal("", report!.ToString());
        Assert.Equal(model.Config.ToString(), again.Config.ToString());
        var expected = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Assert.All(again.named_parameters(), pair => Assert.True(pair.parameter.eq(expected[pair.name]).all().item<bool>(), pair.name));
        Assert.Equal(expected.Count, again.named_parameters().Count());
    }

    [Theory, MemberData(nameof(Folders))]
    public void ASavedLanguageModelSaysTheSame(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = PretrainedModel.Load(Path.Combine(Cases, name), CPU, new LoadOptions { Dtype = ScalarType.Float32 });
        if (model is not CausalLanguageModel causal) return;

        causal.Save(folder.Path);
        using var again = PretrainedModel.Load<CausalLanguageModel>(folder.Path, CPU);
        using var noGradients = no_grad();
        var ids = tensor((long[])[5, 9, 7, 3, 11, 6], 1, 6);
        Assert.True(again.Logits(ids).eq(causal.Logits(ids)).all().item<bool>());
    }
}
