using Platform.Modeling.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests.Layers;

public sealed class ForwardPassTests
{
    [Fact]
    public void PaddingChangesNothingForRealTokens()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        var alone = model.Logits(Some.Ids(5, 6, 7));
        var right = model.Logits(tensor((long[])[5, 6, 7, 0, 0, 9, 8, 7, 6, 5], 2, 5), tensor((long[])[1, 1, 1, 0, 0, 1, 1, 1, 1, 1], 2, 5));
        Assert.True(right[0].narrow(0, 0, 3).allclose(alone[0], 1e-4, 1e-5));

        var mask = tensor((long[])[0, 0, 1, 1, 1, 1, 1, 1, 1, 1], 2, 5);
        var left = model.Logits(tensor((long[])[0, 0, 5, 6, 7, 9, 8, 7, 6, 5], 2, 5), mask, (mask.cumsum(1) - 1).clamp_min(0));
        Assert.True(left[0].narrow(0, 2, 3).allclose(alone[0], 1e-4, 1e-5));
        Assert.True(left.isfinite().all().item<bool>());
    }

    [Fact]
    public void GradientsUnderLeftPaddingAreFinite()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        var logits = model.Logits(tensor((long[])[0, 0, 5, 6, 9, 8, 7, 6], 2, 4), tensor((long[])[0, 0, 1, 1, 1, 1, 1, 1], 2, 4));
        logits.narrow(1, 2, 2).square().sum().backward();
        Assert.All(model.named_parameters(), pair => Assert.True(pair.parameter.grad!.isfinite().all().item<bool>(), pair.name));
    }

    /// <summary>As in transformers, with the fused kernel and with the explicit steps that gradients need.</summary>
    [Fact]
    public void PaddingOnTheLeftAttendsToAllKeysAlike()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Some.Model();
        var mask = tensor((long[])[0, 0, 1, 1], 1, 4);
        var fused = model.Logits(Some.Ids(4, 9, 5, 6), mask);
        using (enable_grad()) Assert.True(model.Logits(Some.Ids(4, 9, 5, 6), mask).allclose(fused, 1e-4, 1e-5));

        // What padding attends to reaches beyond itself: another last token changes its output.
        Assert.False(model.Logits(Some.Ids(4, 9, 5, 7), mask).narrow(1, 0, 2).allclose(fused.narrow(1, 0, 2), 1e-4, 1e-5));
    }

    [Fact]
    public void PackedDocumentsDoNotSeeEachOther()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        var packed = model.Logits(Some.Ids(5, 6, 7, 9, 8), positionIds: Some.Ids(0, 1, 2, 0, 1));
        Assert.True(packed.narrow(1, 0, 3).allclose(model.Logits(Some.Ids(5, 6, 7)), 1e-4, 1e-5));
        Assert.True(packed.narrow(1, 3, 2).allclose(model.Logits(Some.Ids(9, 8)), 1e-4, 1e-5));
    }

    [Fact]
    public void PackedRowsEqualTheirDocumentsInOutputsAndGradients()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        var packed = model.Logits(tensor((long[])[5, 6, 7, 9, 8, 3, 4, 2, 1, 6], 2, 5), positionIds: tensor((long[])[0, 1, 2, 0, 1, 0, 0, 1, 2, 3], 2, 5));
        var alone = ((long[][])[[5, 6, 7], [9, 8], [3], [4, 2, 1, 6]]).Select(ids => model.Logits(Some.Ids(ids))[0]).ToArray();
        Assert.True(packed.flatten(0, 1).allclose(cat(alone, 0), 1e-4, 1e-5));

        packed.square().sum().backward();
        var gradients = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone());
        model.zero_grad();
        cat(alone, 0).square().sum().backward();
        Assert.All(model.named_parameters(), pair => Assert.True(pair.parameter.grad!.allclose(gradients[pair.name], 1e-3, 1e-4), pair.name));
    }

    [Fact]
    public void AWindowInsidePackedDocumentsIsKept()
    {
        using var scope = NewDisposeScope();
        var json = Some.Config.ToJson();
        json["sliding_window"] = 2;
        using var model = new Platform.Modeling.Llama.LlamaForCausalLm(Platform.Modeling.Mistral.MistralConfig.Parse(json), ScalarType.Float32, CPU);
        using var generator = Platform.Torch.Seeds.Generator(1, CPU);
        model.Initialize(generator);
        var packed = model.Logits(Some.Ids(5, 6, 7, 3, 9, 8), positionIds: Some.Ids(0, 1, 2, 3, 0, 1));
        Assert.True(packed.narrow(1, 0, 4).allclose(model.Logits(Some.Ids(5, 6, 7, 3)), 1e-4, 1e-5));
        Assert.True(packed.narrow(1, 4, 2).allclose(model.Logits(Some.Ids(9, 8)), 1e-4, 1e-5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void ACacheFilledInChunksEqualsOnePass(long chunk)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var model = Some.Model();
        using var cache = new KeyValueCache(model.Blocks.Count);
        var ids = Some.Ids(5, 6, 7, 9, 8, 4, 3);
        var pieces = ids.split(chunk, 1).Select(piece => model.Logits(piece, cache: cache)).ToList();
        Assert.Equal(7, cache.Length);
        Assert.True(cat(pieces, 1).allclose(model.Logits(ids), 1e-4, 1e-5));
    }

    [Fact]
    public void ABackwardPassBlockByBlockGivesTheGradientsOfTheWhole()
    {
        using var scope = NewDisposeScope();
        using var model = Some.Model();
        var ids = Some.Ids(5, 6, 7, 9, 8, 4);
        model.Logits(ids).square().mean().backward();
        var whole = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!.clone());
        model.zero_grad();

        using var context = model.PrepareForward(ids);
        List<Tensor> inputs = [];
        using (no_grad())
        {
            inputs.Add(model.Embed(ids, context));
            for (var i = 0; i < model.Blocks.Count; i++) inputs.Add(model.RunBlock(i, inputs[i], context));
        }

        var top = inputs[^1].detach().requires_grad_();
        model.Head(model.FinalNorm(top)).square().mean().backward();
        var gradient = top.grad!;
        for (var i = model.Blocks.Count - 1; i >= 0; i--)
        {
            var input = inputs[i].detach().requires_grad_();
            model.RunBlock(i, input, context).backward([gradient]);
            gradient = input.grad!;
        }

        model.Embed(ids, context).backward([gradient]);
        Assert.All(model.named_parameters(), pair => Assert.True(pair.parameter.grad!.allclose(whole[pair.name], 1e-4, 1e-6), pair.name));
    }

    [Fact]
    public void AForwardPassLeavesNoTensorBehind()
    {
        using var noGradients = no_grad();
        using var model = Some.Model();
        using var ids = Some.Ids(5, 6, 7, 9, 8, 4);
        using var mask = tensor((long[])[0, 1, 1, 1, 1, 1], 1, 6);
        model.Logits(ids, mask).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.Logits(ids, mask).Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(-1)]
    public void AnIdOutsideTheVocabularyIsNamed(long id)
    {
        using var model = Some.Model();
        using var ids = Some.Ids(1, id);
        Assert.Contains($"Token id {id} ", Assert.Throws<ArgumentOutOfRangeException>(() => model.Logits(ids)).Message);
    }

    [Fact]
    public void AMaskOfTheWrongLengthIsRefused()
    {
        using var model = Some.Model();
        using var ids = Some.Ids(1, 2, 3);
        using var mask = ones(1, 2, int64);
        Assert.Contains("2 positions", Assert.Throws<ArgumentException>(() => model.Logits(ids, mask)).Message);
    }
}
