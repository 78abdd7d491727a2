using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Torch;

/// <summary>How many threads a model's operators are worth.</summary>
public static class Threads
{
    /// <summary>
    /// Below this many weights an operator is over before a second thread has woken, and on a busy machine each
    /// operator waits for the slowest thread: with a million weights and two threads on two busy cores a step took
    /// more than ten times as long as with one.
    /// </summary>
    private const long WorthASecondThread = 20_000_000;

    private static readonly Lazy<int> Default = new(get_num_threads);

    /// <summary>
    /// Sets libtorch's threads for the model that works next, unless OMP_NUM_THREADS says what the user wants: one for a small
    /// model, libtorch's own choice for others.
    /// </summary>
    public static void Suit(nn.Module model)
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is { Length: > 0 }) return;
        var weights = model.parameters().Sum(parameter => parameter.numel()) + model.buffers().Sum(buffer => buffer.numel()); // packed weights are buffers
        set_num_threads(Math.Min(Default.Value, weights < WorthASecondThread ? 1 : int.MaxValue));
    }
}
