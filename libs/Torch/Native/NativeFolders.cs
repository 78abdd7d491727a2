using System.Reflection;

namespace Platform.Torch.Native;

/// <summary>Where the native libraries may lie, best place first.</summary>
internal sealed record NativeFolders(IReadOnlyList<string> LibTorch, IReadOnlyList<string> LibTorchSharp)
{
    /// <summary>Names the folder of an own libtorch.</summary>
    public const string Variable = "PLATFORM_LIBTORCH";

    /// <summary>Beside the program (published), the folder of the environment variable, the package cache of the build.</summary>
    public static NativeFolders Candidates()
    {
        List<string> shared = [AppContext.BaseDirectory];
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } own) shared.Add(own);
        return new NativeFolders([.. shared, .. OfTheBuild("LibTorchFolder")], [.. shared, .. OfTheBuild("LibTorchSharpFolder")]);
    }

    private static IEnumerable<string> OfTheBuild(string key) =>
        from attribute in typeof(NativeFolders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        where attribute.Key == key && attribute.Value is { Length: > 0 }
        select attribute.Value;

    /// <summary>The first folder that has the file.</summary>
    /// <exception cref="LibTorchNotFoundException">None has it.</exception>
    public static string FolderWith(string file, IReadOnlyList<string> folders) =>
        folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, file)))
        ?? throw new LibTorchNotFoundException(
            $"'{file}' is in none of: {string.Join(", ", folders)}. Restore the packages, publish the program, or set {Variable} to the folder that holds libtorch.");
}
