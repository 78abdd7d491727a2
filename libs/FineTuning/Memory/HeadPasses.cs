using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Memory;

/// <summary>The forward and backward pass of a head, for one chunk of rows after the other. Called without gradients.</summary>
internal interface IHeadPass
{
    /// <param name="rows">[rows, hidden]</param>
    /// <returns>[rows, vocabulary], the caller's</returns>
    Tensor Forward(Tensor rows);

    /// <summary>Adds to the head's gradients and gives those of the rows that went forward last.</summary>
    /// <param name="slope">of the logits, float32</param>
    /// <param name="weight">what all gradients are multiplied by</param>
    /// <param name="gradient">[rows, hidden], is filled</param>
    void Backward(Tensor slope, double weight, Tensor gradient);
}

/// <summary>z = h Wᵀ: the gradient of W grows in the product that computes it, without a matrix of its size beside it.</summary>
internal sealed class MatrixHeadPass(Tensor matrix) : IHeadPass
{
    private Tensor? _rows;

    public Tensor Forward(Tensor rows)
    {
        _rows = rows;
        return nn.functional.linear(rows, matrix);
    }

    public void Backward(Tensor slope, double weight, Tensor gradient)
    {
        using var narrow = slope.to_type(matrix.dtype);
        gradient.addmm_(narrow, matrix, beta: 0, alpha: (float)weight);
        if (!matrix.requires_grad) return;

        using var across = narrow.t();
        using var known = matrix.grad;
        if (known is not null)
        {
            known.addmm_(across, _rows!, beta: 1, alpha: (float)weight);
            return;
        }

        using var first = empty_like(matrix, requires_grad: false);
        first.addmm_(across, _rows!, beta: 0, alpha: (float)weight);
        matrix.grad = first;
    }
}

/// <summary>Any other head, through its own graph.</summary>
internal sealed class AnyHeadPass(Func<Tensor, Tensor> head) : IHeadPass
{
    private Tensor? _leaf;
    private Tensor? _logits;

    public Tensor Forward(Tensor rows)
    {
        using var gradients = enable_grad();
        _leaf = rows.detach().requires_grad_();
        _logits = head(_leaf);
        return _logits.alias();
    }

    public void Backward(Tensor slope, double weight, Tensor gradient)
    {
        using var leaf = _leaf!;
        using var logits = _logits!;
        slope.mul_(weight);
        using var narrow = slope.to_type(logits.dtype);
        autograd.backward([logits], [narrow]);
        using var rows = leaf.grad!;
        gradient.copy_(rows);
    }
}
