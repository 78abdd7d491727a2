using Platform.Quickstart.Generator;

// Usage: Quickstart.Generator DATA_FOLDER   writes train.jsonl and heldout.jsonl, the same bytes every time
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: Quickstart.Generator DATA_FOLDER");
    return 2;
}

var knowledge = PrivateKnowledge.Write();
Directory.CreateDirectory(args[0]);
Save("train.jsonl", knowledge.Train);
Save("heldout.jsonl", knowledge.HeldOut);
return 0;

void Save(string name, IReadOnlyList<Row> rows)
{
    var path = Path.Combine(args[0], name);
    File.WriteAllText(path, JsonLines.Text(rows));
    Console.WriteLine($"{path}: {rows.Count} rows about {knowledge.Company.Facts.Count} facts of {knowledge.Company.Name}");
}
