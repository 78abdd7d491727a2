using System.Runtime.InteropServices;

namespace Platform.Torch.Dispatch;

/// <summary>libtorch's stable C ABI, as far as it is used. Every function returns 0 on success.</summary>
internal static unsafe partial class StableAbi
{
    private const string Library = "torch_cpu";

    /// <summary>The version whose conversion rules the calls follow: 2.10.</summary>
    public const ulong Version = 0x020A_0000_0000_0000;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int torch_call_dispatcher(string name, string overload, ulong* stack, ulong version);

    [LibraryImport(Library)]
    public static partial int aoti_torch_new_tensor_handle(nint tensor, out nint handle);

    [LibraryImport(Library)]
    public static partial int aoti_torch_get_data_ptr(nint tensor, out nint data);

    [LibraryImport(Library)]
    public static partial int aoti_torch_create_tensor_from_blob(
        nint data, long dimensions, long* sizes, long* strides, long offset, int dtype, int deviceType, int deviceIndex, out nint tensor);

    [LibraryImport(Library)]
    public static partial int torch_new_list_reserve_size(nuint size, out nint list);

    [LibraryImport(Library)]
    public static partial int torch_list_push_back(nint list, ulong value);
}
