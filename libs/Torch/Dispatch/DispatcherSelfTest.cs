using Platform.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Torch.Dispatch;

/// <summary>Calls of each argument kind (tensors, lists, optionals, floats, bools) whose results are known.</summary>
internal static class DispatcherSelfTest
{
    [ThreadStatic]
    private static bool running;

    /// <summary>Whether this thread is inside the test, whose own calls must not wait for it.</summary>
    public static bool IsRunning => running;

    public static void Run()
    {
        running = true;
        try
        {
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            IntegerProductIsExact();
            AttentionHonoursScaleAndGroups();
            AdamWMakesTheKnownStep();
        }
        finally
        {
            running = false;
        }
    }

    private static void IntegerProductIsExact()
    {
        var left = tensor((sbyte[])[1, -2, 127, 3, 4, -128]).reshape(2, 3);
        var right = tensor((sbyte[])[5, 7, -1, 2, 100, -3]).reshape(3, 2);
        var product = IntegerMatmul.Multiply(left, right);
        Require("aten::_int_mm", (product == left.to(int32).matmul(right.to(int32))).all().ToBoolean());
    }

    private static void AttentionHonoursScaleAndGroups()
    {
        // Two query heads share one key head; three keys of width 2.
        var query = tensor((float[])[1, 0, 0, 2]).reshape(1, 2, 1, 2);
        var key = tensor((float[])[1, 2, 3, 4, 5, 6]).reshape(1, 1, 3, 2);
        var value = tensor((float[])[1, -1, 2, -2, 4, 0]).reshape(1, 1, 3, 2);
        var mask = tensor((bool[])[true, true, false]).reshape(1, 1, 1, 3);

        var output = Attention.ScaledDotProduct(query, key, value, mask, scale: 0.25);
        var weights = (query.matmul(key.transpose(-1, -2)) * 0.25).masked_fill(~mask, float.NegativeInfinity).softmax(-1);
        Require("aten::scaled_dot_product_attention", (output - weights.matmul(value)).abs().max().ToSingle() < 1e-5);
    }

    private static void AdamWMakesTheKnownStep()
    {
        var parameter = tensor((float[])[1, 2]);
        var gradient = tensor((float[])[0.5f, -0.25f]);
        var options = new AdamWStep { LearningRate = 0.1, WeightDecay = 0.5 };
        FusedAdamW.Step([parameter], [gradient], [zeros(2)], [zeros(2)], [ones([], float32)], options);

        // The first step moves by lr * sign(gradient), after decay by lr * 0.5.
        var expected = tensor((float[])[0.95f - 0.1f, 1.9f + 0.1f]);
        Require("aten::_fused_adamw_", (parameter - expected).abs().max().ToSingle() < 1e-5);
    }

    private static void Require(string name, bool holds)
    {
        if (!holds) throw new InvalidOperationException($"{name} called through libtorch's stable ABI gives a wrong result: this libtorch does not fit; the packages pin the right version.");
    }
}
