namespace Platform.Torch.Dispatch;

/// <summary>
/// Reaches the ATen operators that TorchSharp does not wrap, through libtorch's stable C ABI. The first use in a process runs
/// <see cref="SelfTest"/>, so a libtorch with other conventions is found out before it computes nonsense.
/// </summary>
public static class Dispatcher
{
    private static readonly Lazy<bool> Tested = new(
        () =>
        {
            DispatcherSelfTest.Run();
            return true;
        },
        LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Begins a call, e.g. <c>Operator("aten::mm").Tensor(a).Tensor(b).InvokeForTensor()</c>.</summary>
    public static OperatorCall Operator(string name, string overload = "")
    {
        SelfTest();
        return new OperatorCall(name, overload);
    }

    /// <summary>Compares a few operators with results computed otherwise; runs once per process.</summary>
    /// <exception cref="InvalidOperationException">An operator computes something else than it should.</exception>
    public static void SelfTest()
    {
        if (!DispatcherSelfTest.IsRunning) _ = Tested.Value;
    }
}
