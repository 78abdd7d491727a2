namespace Platform.LocalCluster.Kubelet.Processes;

/// <summary>Finds a command's file as a shell would.</summary>
public static class Executables
{
    public static string Resolve(string command, string workingFolder, string? path)
    {
        if (command.Length == 0)
        {
            throw new CannotStartException("exec: \"\": the command is empty");
        }

        if (!command.Contains('/'))
        {
            return FindInPath(command, path)
                ?? throw new CannotStartException($"exec: \"{command}\": executable file not found in $PATH");
        }

        var file = Path.GetFullPath(command, workingFolder);
        if (!File.Exists(file))
        {
            throw new CannotStartException($"exec: \"{command}\": stat {command}: no such file or directory");
        }

        return UnixFiles.IsExecutable(file) ? file : throw new CannotStartException($"exec: \"{command}\": permission denied");
    }

    public static string? FindInPath(string command, string? path) => (path ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, command))
        .FirstOrDefault(file => File.Exists(file) && UnixFiles.IsExecutable(file));
}
