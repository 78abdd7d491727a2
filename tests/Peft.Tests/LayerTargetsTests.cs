using Platform.Peft.Layers;
using Platform.Peft.Lora;

namespace Platform.Peft.Tests;

public sealed class LayerTargetsTests
{
    private const string Query = "model.layers.1.self_attn.q_proj";

    [Theory]
    [InlineData("q_proj", true)]
    [InlineData("self_attn.q_proj", true)]
    [InlineData(Query, true)]
    [InlineData("proj", false)]
    [InlineData("v_proj", false)]
    public void AListMatchesTheEndOfThePathAtADot(string name, bool matches) =>
        Assert.Equal(matches, LayerTargets.IsTarget(new LoraOptions { TargetModules = ModulePattern.List(name) }, Query));

    [Theory]
    [InlineData(@".*\.(q|k)_proj", true)]
    [InlineData("q_proj", false)]
    public void AnExpressionMatchesTheWholePath(string expression, bool matches) =>
        Assert.Equal(matches, LayerTargets.IsTarget(new LoraOptions { TargetModules = ModulePattern.Regex(expression) }, Query));

    [Theory]
    [InlineData(1, "layers", true)]
    [InlineData(0, "layers", false)]
    [InlineData(1, "h", false)]
    [InlineData(1, null, true)]
    public void LayersAreChosenByTheirIndex(int layer, string? pattern, bool matches) => Assert.Equal(matches, LayerTargets.IsTarget(
        new LoraOptions { TargetModules = ModulePattern.List("q_proj"), LayersToTransform = [layer], LayersPattern = pattern is null ? [] : [pattern] }, Query));

    [Fact]
    public void ExcludedModulesAreLeftOut() => Assert.False(LayerTargets.IsTarget(
        new LoraOptions { TargetModules = ModulePattern.List("q_proj"), ExcludeModules = ModulePattern.List("layers.1.self_attn.q_proj") }, Query));

    [Fact]
    public void PatternsOverrideRankAndAlpha()
    {
        var options = new LoraOptions { Rank = 8, Alpha = 8, RankPattern = [new(@"layers\.1\..*", 2)], AlphaPattern = [new("q_proj", 3)] };
        Assert.Equal((2, 1.5), (options.RankOf(Query), options.ScalingOf(Query)));
        Assert.Equal((8, 1.0), (options.RankOf("model.layers.0.mlp.up_proj"), options.ScalingOf("model.layers.0.mlp.up_proj")));
    }

    [Fact]
    public void RankStabilizedScalingDividesByTheRoot() => Assert.Equal(4, new LoraOptions { Rank = 16, Alpha = 16, RankStabilized = true }.ScalingOf(Query));

    [Fact]
    public void AnExpressionThatNeverEndsIsGivenUp() => Assert.Throws<System.Text.RegularExpressions.RegexMatchTimeoutException>(() =>
        LayerTargets.IsTarget(new LoraOptions { TargetModules = ModulePattern.Regex("(a+)+b") }, new string('a', 64)));
}
