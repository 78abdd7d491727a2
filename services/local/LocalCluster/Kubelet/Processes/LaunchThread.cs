using System.Collections.Concurrent;

namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>
/// The one thread that starts child processes. A child asks the kernel for SIGKILL when its parent dies, and to the
/// kernel the parent is the thread that forked: a pool thread that retires would take the child with it. This thread
/// lives as long as the process.
/// </summary>
public static class LaunchThread
{
    private static readonly BlockingCollection<Action> Work = [];

    static LaunchThread() => new Thread(Run) { IsBackground = true, Name = "process launcher" }.Start();

    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private static void Run()
    {
        foreach (var start in Work.GetConsumingEnumerable())
        {
            start();
        }
    }
}
