using Platform.Modeling.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Platform.Modeling.Tests;

public sealed class ModuleTreeTests
{
    private const string Path = "model.layers.1.self_attn.k_proj";

    [Fact]
    public void AWrapperIsCalledAndNamesItsParametersInPlace()
    {
        using var model = Some.Model();
        using var ids = Some.Ids(1, 2, 3, 4);
        using var before = model.Logits(ids);
        var names = model.named_parameters().Select(pair => pair.name).ToList();

        var old = ModuleTree.Find(model, Path);
        Assert.Same(old, ModuleTree.Replace(model, Path, new Doubled((nn.Module<Tensor, Tensor>)old)));
        Assert.Equal(names.Select(name => name.Replace("1.self_attn.k_proj.", "1.self_attn.k_proj.base_layer.")), model.named_parameters().Select(pair => pair.name));
        Assert.Contains(Path + ".base_layer.weight", model.state_dict().Keys);
        Assert.False(model.Logits(ids).allclose(before));

        ModuleTree.Replace(model, Path, (nn.Module<Tensor, Tensor>)old);
        Assert.Equal(names, model.named_parameters().Select(pair => pair.name));
        Assert.True(model.Logits(ids).eq(before).all().item<bool>());
    }

    [Theory]
    [InlineData("lm_head", true)]
    [InlineData("lm_head", false)]
    [InlineData("model.embed_tokens", true)]
    public void HeadAndEmbeddingCanBeWrappedTiedOrNot(string path, bool tied)
    {
        using var model = Some.Model(Some.Config with { TieWordEmbeddings = tied });
        using var ids = Some.Ids(1, 2, 3);
        using var before = model.Logits(ids);
        Assert.Equal(tied, !model.named_parameters().Any(pair => pair.name.StartsWith("lm_head")));
        ModuleTree.Replace(model, path, new Doubled((nn.Module<Tensor, Tensor>)ModuleTree.Find(model, path)));
        Assert.False(model.Logits(ids).allclose(before));
    }

    [Fact]
    public void AReplacementTakesTheMode()
    {
        using var model = Some.Model();
        var replacement = new Doubled(new Linear(16, 8, bias: false, ScalarType.Float32, CPU));
        ModuleTree.Replace(model, Path, replacement);
        Assert.False(replacement.training);
        model.train();
        Assert.True(replacement.training);
    }

    [Fact]
    public void AWrongPathNamesWhatIsThere()
    {
        using var model = Some.Model();
        var refusal = Assert.Throws<ArgumentException>(() => ModuleTree.Find(model, "model.layers.1.self_attn.w_proj"));
        Assert.Contains("q_proj", refusal.Message);
        Assert.Throws<ArgumentException>(() => ModuleTree.Replace(model, "model.layers.0", new Doubled(new Linear(1, 1, false, ScalarType.Float32, CPU))));
    }

    [Fact]
    public void AllLinearsAreFoundInOrder()
    {
        using var model = Some.Model();
        var paths = ModuleTree.OfType<Linear>(model).Select(pair => pair.Path).ToList();
        Assert.Equal(3 * 7 + 1, paths.Count);
        Assert.Equal("model.layers.0.self_attn.q_proj", paths[0]);
        Assert.Equal("lm_head", paths[^1]);
    }

    private sealed class Doubled : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "base_layer")] private readonly nn.Module<Tensor, Tensor> _inner;

        public Doubled(nn.Module<Tensor, Tensor> inner)
            : base(nameof(Doubled))
        {
            _inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => _inner.call(x) * 2;
    }
}
