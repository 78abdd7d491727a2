namespace Platform.Architecture.Tests;

public sealed class ReferencesFollowTheDesign
{
    private static readonly string[] SeesTorch = ["Torch", "Modeling", "Peft", "Quantization", "FineTuning"];

    /// <summary>What a library may reference; anything else is a new decision for docs/architecture.md.</summary>
    private static readonly Dictionary<string, string[]> Libraries = new()
    {
        ["Contracts"] = [],
        ["Protos"] = [],
        ["Artifacts"] = [],
        ["Data"] = [],
        ["Metrics"] = [],
        ["Estimation"] = [],
        ["Torch"] = [],
        ["Modeling"] = ["Torch"],
        ["Peft"] = ["Torch", "Modeling"],
        ["Quantization"] = ["Torch", "Modeling"],
        ["FineTuning"] = ["Torch", "Modeling", "Peft", "Quantization", "Data", "Metrics"],
        ["Hosting"] = ["Contracts", "Protos", "Artifacts"],
        ["Workers"] = ["Protos", "Artifacts"],
    };

    [Fact]
    public void LibrariesReferenceOnlyTheLayersBelow() =>
        Empty(from library in SourceTree.Projects.Where(project => project.IsIn("libs"))
              let allowed = Libraries.GetValueOrDefault(library.Name) ?? throw new InvalidOperationException($"{library.Path} is not in the list of libraries.")
              from reference in library.Projects.Except(allowed)
              select $"{library.Path} references {reference}; it may reference: {string.Join(", ", allowed)}.");

    [Fact]
    public void ServicesAndOperatorsReferenceOnlyLibraries() =>
        Empty(from project in SourceTree.Projects.Where(project => project.IsIn("services") && project.Name != "Platform.Local")
              from reference in project.Projects.Where(reference => !Libraries.ContainsKey(reference))
              select $"{project.Path} references {reference}, which is not in libs/.");

    [Fact]
    public void TheOperatorReferencesOnlyItsOwnPartsAndLibraries() =>
        Empty(from project in SourceTree.Projects.Where(project => project.IsIn("operators"))
              from reference in project.Projects.Where(reference => !Libraries.ContainsKey(reference) && reference is not ("FineTune.Api" or "Kubernetes.Runtime"))
              select $"{project.Path} references {reference}.");

    [Fact]
    public void ContractsAndTheJobsTypesReferenceNothingOfOurs() =>
        Empty(from project in SourceTree.Projects.Where(project => project.Name is "Contracts" or "FineTune.Api")
              from reference in project.Projects
              select $"{project.Path} references {reference}.");

    [Fact]
    public void OnlyTheTensorLayersAndWorkersSeeTorchSharp() =>
        Empty(from project in SourceTree.Projects.Where(project => !project.IsTest && !project.IsIn("samples") && !project.IsIn("bench"))
              where !SeesTorch.Contains(project.Name) && !project.Name.EndsWith(".Worker", StringComparison.Ordinal)
              from seen in project.Projects.Intersect(SeesTorch).Concat(project.Packages.Where(package => package.StartsWith("TorchSharp", StringComparison.Ordinal)))
              select $"{project.Path} references {seen}; only {string.Join(", ", SeesTorch)} and *.Worker see TorchSharp.");

    [Theory]
    [InlineData("Minio", "libs/Artifacts")]
    [InlineData("MassTransit", "libs/Contracts", "libs/Hosting")]
    [InlineData("KubernetesClient", "operators", "services/local")]
    [InlineData("Dapr.Client", "libs/Hosting")]
    public void APackageStaysInItsPlace(string package, params string[] folders) =>
        Empty(from project in SourceTree.Projects.Where(project => !project.IsTest)
              where project.Packages.Any(used => used == package || used.StartsWith(package + ".", StringComparison.Ordinal)) && !folders.Any(project.IsIn)
              select $"{project.Path} references {package}, which belongs to {string.Join(" and ", folders)}.");

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var solution = SourceTree.Text("Platform.sln").Replace('\\', '/');
        Empty(SourceTree.Projects.Where(project => !solution.Contains(project.Path, StringComparison.Ordinal)).Select(project => $"{project.Path} is not in Platform.sln."));
    }

    private static void Empty(IEnumerable<string> faults) => Assert.Empty(faults);
}
