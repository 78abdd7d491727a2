namespace Platform.LocalCluster.Cel;

/// <summary>The cost of one function or operator by the sizes of its operands (the target first), without theirs.</summary>
internal static class CelCallCost
{
    /// <summary>Reading ten characters costs as much as one field.</summary>
    private const double Traversal = 0.1;

    /// <summary>Four characters of a regular expression are counted as one of its parts.</summary>
    private const double Regex = 0.25;

    public static CelEstimate Of(string function, IReadOnlyList<CelEstimate> operands)
    {
        var first = operands.Count > 0 ? operands[0] : new CelEstimate(0, 0);
        var second = operands.Count > 1 ? operands[1] : new CelEstimate(0, 0);
        var (a, b) = (first.SizeOrUnknown, second.SizeOrUnknown);
        switch (function)
        {
            case "_?_:_" when operands.Count == 3:
                // Only one of the branches runs; the caller adds both, so the cheaper one is taken off.
                var larger = operands[1].SizeOrUnknown >= operands[2].SizeOrUnknown ? operands[1] : operands[2];
                return larger with { Cost = -Math.Min(operands[1].Cost, operands[2].Cost) };
            case "_&&_" or "_||_":
                return CelEstimate.Scalar(0, "boolean");
            case "_==_" or "_!=_":
                return CelEstimate.Scalar(Read(Math.Min(a, b)), "boolean");
            case "_<_" or "_<=_" or "_>_" or "_>=_":
                return CelEstimate.Scalar(first.Kind is "string" or "bytes" ? Read(Math.Min(a, b)) : 1, "boolean");
            case "_in_":
                return CelEstimate.Scalar(second.Kind == "object" ? 1 : b, "boolean");
            case "_+_" when first.Kind is "array":
                return first with { Cost = 1, Size = Sum(a, b) };
            case "_+_" when first.Kind is "integer" or "number":
                return CelEstimate.Scalar(1, first.Kind);
            case "_+_":
                return new CelEstimate(Read(Sum(a, b)), Sum(a, b), first.Kind);
            case "startsWith" or "endsWith":
                return CelEstimate.Scalar(Read(b), "boolean");
            case "contains" when !first.IsList:
                return CelEstimate.Scalar(Read(a) * Read(b), "boolean");
            case "matches":
                return CelEstimate.Scalar(Read(Sum(a, 1)) * Math.Ceiling(b * Regex), "boolean");
            case "find" or "findAll":
                return new CelEstimate(Read(Sum(a, 1)) * Math.Ceiling(b * Regex), a, function == "find" ? "string" : "array");
            case "isSorted" or "sum" or "min" or "max" or "indexOf" or "lastIndexOf":
                return CelEstimate.Scalar(first.IsList ? a * PerElement(first) : Read(a), "integer");
            case "url" or "quantity" or "isQuantity" or "isURL" or "ip" or "isIP" or "cidr" or "isCIDR":
                return CelEstimate.Scalar(Read(a), "");
            case "lowerAscii" or "upperAscii" or "substring" or "trim":
                return new CelEstimate(Read(a), a, "string");
            case "replace" when operands.Count >= 3:
                return new CelEstimate(Math.Ceiling(a * 2 * Traversal), Replaced(a, second, operands[2].SizeOrUnknown), "string");
            case "split":
                return new CelEstimate(Math.Ceiling(a * 2 * Traversal), a, "array", Element: new CelEstimate(1, a, "string"));
            case "join":
                var joined = Sum(a * (first.Element?.SizeOrUnknown ?? (first.Schema?.Items is { } items ? SchemaSizes.MaxElements(items) : CelCost.Unbounded)), Math.Max(0, a - 1) * b);
                return new CelEstimate(Read(joined), joined, "string");
            case "format":
                return new CelEstimate(Read(a), null, "string");
            case "string":
                return new CelEstimate(1, first.Kind == "string" ? a : null, "string");
            case "size" or "int" or "uint":
                return CelEstimate.Scalar(1, "integer");
            case "double":
                return CelEstimate.Scalar(1, "number");
            case "!_" or "hasValue":
                return CelEstimate.Scalar(1, "boolean");
            case "dyn" or "value" or "orValue":
                return first with { Cost = 1 };
            case "_-_" or "_*_" or "_/_" or "_%_" or "-_":
                return CelEstimate.Scalar(1, first.Kind);
            default:
                return new CelEstimate(1);
        }
    }

    /// <summary>Comparing two elements: strings are read to their end.</summary>
    private static double PerElement(CelEstimate list)
    {
        if (list.Schema?.Items is { Type: "string" } items) return 1 + Read(SchemaSizes.MaxElements(items));
        return list.Element is { Kind: "string" } text ? 1 + Read(text.SizeOrUnknown) : 1;
    }

    private static double Read(double characters) => Math.Ceiling(characters * Traversal);

    private static double Sum(double a, double b) => Math.Min(CelCost.Unbounded, a + b);

    /// <summary>The longest result: the shortest possible text replaced as often as it fits.</summary>
    private static double Replaced(double size, CelEstimate from, double to)
    {
        var least = from.Schema is null ? from.SizeOrUnknown : 0; // only a constant has a least length
        if (least == 0) return Sum((size + 1) * to, size);
        return to <= least ? size : Math.Ceiling(size / least) * to;
    }
}
