using Platform.Recipes.Generator;

// Usage: Recipes.Generator NAME DATA_FOLDER   writes the data of one recipe, the same bytes every time
if (args.Length != 2 || Recipes.All.FirstOrDefault(recipe => recipe.Name == args[0]) is not { } data)
{
    Console.Error.WriteLine($"usage: Recipes.Generator {string.Join('|', Recipes.All.Select(recipe => recipe.Name))} DATA_FOLDER");
    return 2;
}

var bytes = 0L;
foreach (var (name, content) in data.Files())
{
    var path = Path.Combine(args[1], name);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    File.WriteAllBytes(path, content);
    bytes += content.Length;
}

Console.WriteLine($"{args[1]}: {bytes:n0} bytes");
return 0;
