using TorchSharp;
using static TorchSharp.torch;

namespace Platform.FineTuning.Memory;

/// <summary>The random numbers that a model's dropout takes, so that a block can take the same ones twice.</summary>
/// <remarks>
/// On the CPU their state is saved and restored. TorchSharp gives no access to a GPU's: there the stream begins anew at each saved place, from a seed that the CPU's
/// stream gives.
/// </remarks>
internal sealed class RandomStream(Device device)
{
    /// <summary>The present place in the stream; the caller disposes it.</summary>
    public Tensor Save()
    {
        if (device.type == DeviceType.CPU) return get_rng_state();
        var seed = randint(0, long.MaxValue, [1], ScalarType.Int64);
        Restore(seed);
        return seed;
    }

    public void Restore(Tensor place)
    {
        if (device.type == DeviceType.CPU) set_rng_state(place);
        else cuda.manual_seed(place.item<long>());
    }
}
