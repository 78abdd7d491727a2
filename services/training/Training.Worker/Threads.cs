using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Training.Worker;

/// <summary>How many threads a model's operators are worth.</summary>
internal static class Threads
{
    /// <summary>
    /// Below this many parameters an operator is over before a second thread has woken, and on a busy machine each
    /// operator waits for the slowest thread: with a million parameters and two threads on two busy cores a step took
    /// more than ten times as long as with one.
    /// </summary>
    private const long WorthASecondThread = 20_000_000;

    /// <summary>Sets libtorch's threads, unless OMP_NUM_THREADS says what the user wants.</summary>
    public static void Suit(CausalLanguageModel model)
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is { Length: > 0 }) return;
        if (model.parameters().Sum(parameter => parameter.numel()) < WorthASecondThread) set_num_threads(1);
    }
}
