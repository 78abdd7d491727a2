using Platform.Hosting.Grpc;

namespace Platform.Registry.Api;

/// <summary>Names of models and aliases.</summary>
internal static class RegistryNames
{
    public static Problems RequireModel(this Problems problems, string model) => problems.RequireName(model, "model");

    /// <summary>An alias made of digits only could not be told from a version.</summary>
    public static Problems RequireAlias(this Problems problems, string alias) => problems
        .RequireName(alias, "alias")
        .Require(alias.Length == 0 || !alias.All(char.IsAsciiDigit), $"alias is '{alias}'; it must not consist of digits only, which name a version.");

    public static Problems RequireVersion(this Problems problems, int version) =>
        problems.Require(version >= 1, $"version is {version}; versions count from 1.");
}
