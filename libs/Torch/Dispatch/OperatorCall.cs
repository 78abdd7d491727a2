using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Platform.Torch.Dispatch;

/// <summary>
/// One call of an ATen operator: the arguments in the order of its schema, then one <c>Invoke</c>.
/// The schema is not checked here: a wrong type or a missing argument is undefined behaviour, so every operator gets a typed
/// wrapper and a test. Scalar (number) arguments are not supported by the ABI; float, int and bool are.
/// </summary>
public unsafe ref struct OperatorCall
{
    private const int Capacity = 32;
    private readonly string _name;
    private readonly string _overload;
    private Slots _slots;
    private int _count;

    internal OperatorCall(string name, string overload)
    {
        _name = name;
        _overload = overload;
    }

    /// <summary>An argument of type <c>Tensor</c>.</summary>
    public OperatorCall Tensor(Tensor tensor) => Push((ulong)HandleOf(tensor));

    /// <summary>An argument of type <c>Tensor?</c>.</summary>
    public OperatorCall OptionalTensor(Tensor? tensor) => tensor is null ? None() : Push(Boxed((ulong)HandleOf(tensor)));

    /// <summary>An argument of type <c>Tensor[]</c>.</summary>
    public OperatorCall Tensors(IReadOnlyList<Tensor> tensors)
    {
        Succeed(StableAbi.torch_new_list_reserve_size((nuint)tensors.Count, out var list));
        for (var i = 0; i < tensors.Count; i++) Succeed(StableAbi.torch_list_push_back(list, (ulong)HandleOf(tensors[i])));
        return Push((ulong)list);
    }

    /// <summary>An argument of type <c>int[]</c> or <c>SymInt[]</c>.</summary>
    public OperatorCall Ints(params scoped ReadOnlySpan<long> values)
    {
        Succeed(StableAbi.torch_new_list_reserve_size((nuint)values.Length, out var list));
        foreach (var value in values) Succeed(StableAbi.torch_list_push_back(list, (ulong)value));
        return Push((ulong)list);
    }

    /// <summary>An argument of type <c>int</c> or <c>SymInt</c>.</summary>
    public OperatorCall Int(long value) => Push((ulong)value);

    /// <summary>An argument of type <c>float</c>.</summary>
    public OperatorCall Float(double value) => Push(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>An argument of type <c>float?</c>.</summary>
    public OperatorCall OptionalFloat(double? value) => value is { } given ? Push(Boxed(BitConverter.DoubleToUInt64Bits(given))) : None();

    /// <summary>An argument of type <c>bool</c>.</summary>
    public OperatorCall Bool(bool value) => Push(value ? 1UL : 0UL);

    /// <summary>An absent argument of any optional type.</summary>
    public OperatorCall None() => Push(0);

    /// <summary>Calls an operator that returns nothing.</summary>
    public void Invoke() => Call();

    /// <summary>Calls an operator that returns one tensor.</summary>
    public Tensor InvokeForTensor()
    {
        Call();
        return TorchSharp.torch.Tensor.UnsafeCreateTensor((nint)_slots[0]);
    }

    /// <summary>Calls an operator that returns <paramref name="count"/> tensors.</summary>
    public Tensor[] InvokeForTensors(int count)
    {
        Call();
        var results = new Tensor[count];
        for (var i = 0; i < count; i++) results[i] = TorchSharp.torch.Tensor.UnsafeCreateTensor((nint)_slots[i]);
        return results;
    }

    private void Call()
    {
        int code;
        fixed (ulong* stack = &_slots[0]) code = StableAbi.torch_call_dispatcher(_name, _overload, stack, StableAbi.Version);
        if (code != 0)
        {
            throw new InvalidOperationException($"The operator {_name}{(_overload.Length > 0 ? "." + _overload : "")} refused the call; libtorch wrote the reason to standard error.");
        }
    }

    private OperatorCall Push(ulong value)
    {
        _slots[_count++] = value;
        return this;
    }

    /// <summary>A handle of its own: the callee consumes what lies on the stack.</summary>
    private static nint HandleOf(Tensor tensor)
    {
        Succeed(StableAbi.aoti_torch_new_tensor_handle(tensor.Handle, out var handle));
        GC.KeepAlive(tensor);
        return handle;
    }

    /// <summary>An optional's value lies behind a pointer; the callee frees it.</summary>
    private static ulong Boxed(ulong value)
    {
        var box = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *box = value;
        return (ulong)box;
    }

    private static void Succeed(int code)
    {
        if (code != 0) throw new UnreachableException("libtorch could not create a handle; it wrote the reason to standard error.");
    }

    [InlineArray(Capacity)]
    private struct Slots
    {
        private ulong _first;
    }
}
