namespace Platform.Recipes.Generator;

/// <summary>The data of a recipe: the same files every time.</summary>
public interface IRecipeData
{
    /// <summary>The recipe's folder below <c>samples/recipes</c>.</summary>
    string Name { get; }

    /// <summary>Relative paths and contents.</summary>
    IEnumerable<(string Path, byte[] Content)> Files();
}
