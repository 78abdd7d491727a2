using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Platform.Torch;

/// <summary>Chooses the device that is then passed on; there is no global default.</summary>
public static class Devices
{
    /// <summary>The number of CUDA devices that can be used; 0 where libtorch was built without CUDA.</summary>
    public static int CudaCount => TorchRuntime.HasCuda && TryInitializeDeviceType(DeviceType.CUDA) ? cuda.device_count() : 0;

    /// <param name="wish"><c>auto</c> (CUDA if there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c></param>
    /// <exception cref="ArgumentException">The wish is none of these or names a device that is not there.</exception>
    public static Device Select(string wish)
    {
        switch (wish)
        {
            case "cpu":
                return CPU;
            case "auto":
                return CudaCount > 0 ? new Device(DeviceType.CUDA, 0) : CPU;
        }

        if (Index(wish) is not { } index) throw new ArgumentException($"device is '{wish}'; it must be auto, cpu, cuda or cuda:N.");
        return index < CudaCount
            ? new Device(DeviceType.CUDA, index)
            : throw new ArgumentException($"device is '{wish}', but there are {CudaCount} CUDA devices{(TorchRuntime.HasCuda ? "" : " (libtorch was built without CUDA; build with -p:Accelerator=cuda)")}; use auto or cpu.");
    }

    private static int? Index(string wish) =>
        wish == "cuda" ? 0
        : wish.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(wish.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index
        : null;
}
