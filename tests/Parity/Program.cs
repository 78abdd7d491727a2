using Platform.Parity;

// Usage: Platform.Parity FIXTURES [AREA]
if (args.Length is 0 or > 2 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine($"usage: parity FIXTURES [AREA]; FIXTURES is a folder with a folder per area{(args.Length > 0 ? $", and '{args[0]}' is none" : "")}.");
    return 2;
}

var run = new ParityRun(Areas.All);
var cases = run.Cases(args[0], args.ElementAtOrDefault(1)).ToList();
if (cases.Count == 0)
{
    Console.Error.WriteLine($"No cases below '{args[0]}'{(args.Length > 1 ? $" for the area '{args[1]}'. Areas there: {string.Join(", ", Directory.EnumerateDirectories(args[0]).Select(Path.GetFileName).Order(StringComparer.Ordinal))}" : "")}.");
    return 2;
}

var failures = 0;
foreach (var area in cases.GroupBy(item => item.Area))
{
    var (passed, failed, unsupported) = (0, 0, 0);
    foreach (var (_, path) in area)
    {
        var name = Path.GetRelativePath(args[0], path);
        switch (run.Check(area.Key, path))
        {
            case ParityVerdict.Passed:
                passed++;
                break;
            case ParityVerdict.Failed failure:
                failed++;
                Console.WriteLine($"  failed {name}: {failure.Difference}");
                break;
            case ParityVerdict.Unsupported missing:
                unsupported++;
                Console.WriteLine($"  unsupported {name}: {missing.Reason}");
                break;
        }
    }

    failures += failed;
    Console.WriteLine($"parity {area.Key}: {passed} passed, {failed} failed, {unsupported} unsupported");
}

return failures == 0 ? 0 : 1;
