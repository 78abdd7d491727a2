using Platform.Torch.Dispatch;
using Platform.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Torch.Tests;

public sealed class DispatcherTests
{
    [Fact]
    public void TheSelfTestPasses() => Dispatcher.SelfTest();

    [Fact]
    public void GradientsFlowThroughADispatchedOperator()
    {
        using var scope = NewDisposeScope();
        var a = randn(3, 4, requires_grad: true);
        var b = randn(4, 2, requires_grad: true);
        Dispatcher.Operator("aten::mm").Tensor(a).Tensor(b).InvokeForTensor().sum().backward();
        Assert.True(a.grad!.allclose(ones(3, 2).matmul(b.detach().t())));
        Assert.True(b.grad!.allclose(a.detach().t().matmul(ones(3, 2))));
    }

    [Fact]
    public void AnOperatorWithSeveralResultsReturnsThemAll()
    {
        using var scope = NewDisposeScope();
        var x = tensor((float[])[3, 1, 2]);
        var results = Dispatcher.Operator("aten::topk").Tensor(x).Int(2).Int(0).Bool(true).Bool(true).InvokeForTensors(2);
        Assert.Equal([3f, 2f], results[0].data<float>().ToArray());
        Assert.Equal([0L, 2L], results[1].data<long>().ToArray());
    }

    [Fact]
    public void AnUnknownOperatorIsAnErrorThatNamesIt()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Dispatcher.Operator("aten::no_such_operator").Int(1).Invoke());
        Assert.Contains("aten::no_such_operator", refusal.Message);
    }

    [Fact]
    public void ManyFusedStepsEqualTheFormula()
    {
        using var scope = NewDisposeScope();
        var (parameter, m, v, step) = (randn(5, 7), zeros(5, 7), zeros(5, 7), zeros([], float32));
        var (expected, em, ev) = (parameter.to(float64), zeros(5, 7, float64), zeros(5, 7, float64));
        for (var t = 1; t <= 10; t++)
        {
            var gradient = randn(5, 7);
            step.add_(1);
            FusedAdamW.Step([parameter], [gradient], [m], [v], [step], new AdamWStep { LearningRate = 0.01, WeightDecay = 0.1 });

            var g = gradient.to(float64);
            em = em * 0.9 + g * 0.1;
            ev = ev * 0.999 + g * g * 0.001;
            expected = expected * (1 - 0.01 * 0.1) - 0.01 * (em / (1 - Math.Pow(0.9, t))) / ((ev / (1 - Math.Pow(0.999, t))).sqrt() + 1e-8);
        }

        Assert.True((parameter.to(float64) - expected).abs().max().ToDouble() < 1e-5);
    }

    [Fact]
    public void UnequalListsAreRefusedBeforeTheKernelSeesThem()
    {
        using var x = zeros(2);
        Assert.Throws<ArgumentException>(() => FusedAdamW.Step([x], [], [x], [x], [x], new AdamWStep { LearningRate = 1 }));
    }

    [Fact]
    public void GroupedAttentionHasTheGradientsOfRepeatedHeads()
    {
        using var scope = NewDisposeScope();
        var q = randn(2, 4, 5, 8, requires_grad: true);
        var k = randn(2, 2, 5, 8, requires_grad: true);
        var v = randn(2, 2, 5, 8, requires_grad: true);
        Attention.ScaledDotProduct(q, k, v, causal: true).pow(2).sum().backward();
        var (gq, gk, gv) = (q.grad!.clone(), k.grad!.clone(), v.grad!.clone());

        foreach (var leaf in (Tensor[])[q, k, v]) leaf.grad!.zero_();
        var mask = ones(5, 5).tril().to(@bool);
        var weights = (q.matmul(k.repeat_interleave(2, 1).transpose(-1, -2)) / Math.Sqrt(8)).masked_fill(~mask, float.NegativeInfinity).softmax(-1);
        weights.matmul(v.repeat_interleave(2, 1)).pow(2).sum().backward();
        Assert.True(gq.allclose(q.grad!, 1e-4, 1e-5));
        Assert.True(gk.allclose(k.grad!, 1e-4, 1e-5));
        Assert.True(gv.allclose(v.grad!, 1e-4, 1e-5));
    }

    [Fact]
    public void MatricesThatDoNotFitAreRefusedWithTheirShapes()
    {
        using var left = zeros(2, 3, int8);
        using var right = zeros(2, 3, int8);
        var refusal = Assert.Throws<ArgumentException>(() => IntegerMatmul.Multiply(left, right));
        Assert.Contains("[2, 3]", refusal.Message);
    }
}
