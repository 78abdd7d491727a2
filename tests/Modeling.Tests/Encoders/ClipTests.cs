using System.Text.Json.Nodes;
using Platform.Modeling.Clip;
using Platform.Modeling.Tasks;
using Platform.Testing;
using Platform.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Encoders;

public sealed class ClipTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Fixtures, "models", "clip");

    [Fact]
    public void TheImageTowerStopsAtAnyLayer()
    {
        using var scope = NewDisposeScope();
        using var tower = Tower();
        var pixels = Pixels();
        List<Tensor> all = [];
        tower.HiddenStates(pixels, hidden => all.Add(hidden.clone()));
        Assert.Equal(3, all.Count);
        for (var layer = 0; layer < 3; layer++)
        {
            Assert.True(tower.HiddenState(pixels, layer).eq(all[layer]).all().item<bool>());
            Assert.True(tower.HiddenState(pixels, layer - 3).eq(all[layer]).all().item<bool>());
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => tower.HiddenState(pixels, 3));
    }

    [Fact]
    public void TheTowersAloneComputeWhatTheyDoTogether()
    {
        using var scope = NewDisposeScope();
        using var both = PretrainedModel.Load<ClipModel>(Folder, CPU);
        using var images = Tower();
        using var texts = PretrainedModel.Load<TextEncoder>(Folder, CPU);
        var (pixels, inputs) = (Pixels(), new TextInputs(tensor((long[])[1, 9, 12, 63, 1, 7, 63, 0], 2, 4)));
        Tensor? image = null, text = null;
        Assert.Equal([1L, 12L], both.ImageEmbeddings(pixels, hidden => image = hidden.clone()).shape);
        Assert.Equal([2L, 12L], both.TextEmbeddings(inputs, hidden => text = hidden.clone()).shape);
        Assert.True(images.HiddenStates(pixels).eq(image!).all().item<bool>());
        Tensor? alone = null;
        texts.HiddenStates(inputs, hidden => alone = hidden.clone());
        Assert.True(alone!.eq(text!).all().item<bool>());
    }

    [Theory]
    [InlineData(2, 1)]  // an old config: the largest id
    [InlineData(30, 2)] // the first token of this id
    public void ATextIsPooledWhereItEnds(long end, int place)
    {
        using var scope = NewDisposeScope();
        var json = ModelConfig.ReadJson(Path.Combine(Folder, "config.json"));
        json["text_config"]!["eos_token_id"] = end;
        json["architectures"] = new JsonArray("CLIPTextModel");
        using var model = PretrainedModel.Create<TextEncoder>(json, CPU);
        using var generator = Seeds.Generator(1, CPU);
        model.Initialize(generator);
        var inputs = new TextInputs(tensor((long[])[1, 50, 30, 30], 1, 4));
        var hidden = model.HiddenStates(inputs);
        Assert.True(model.Pooled(hidden, inputs).eq(hidden.select(1, place)).all().item<bool>());
    }

    [Fact]
    public void ImagesOfAnotherSizeAreRefused()
    {
        using var scope = NewDisposeScope();
        using var tower = Tower();
        Assert.Contains("[batch, 3, 16, 16]", Assert.Throws<ArgumentException>(() => tower.HiddenStates(zeros(1, 3, 32, 32))).Message);
    }

    private static ClipVisionModel Tower() => (ClipVisionModel)PretrainedModel.Load<ImageEncoder>(Folder, CPU);

    private static Tensor Pixels()
    {
        using var generator = Seeds.Generator(3, CPU);
        return rand([1, 3, 16, 16], generator: generator);
    }
}
