using System.Runtime.CompilerServices;
using System.Text;

namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>How large and how deep a single value may become; checked before it is made where an operation multiplies.</summary>
internal static class Sizes
{
    public const int MostCharacters = 16 * 1024 * 1024;
    private const int DeepestNesting = 100;
    private const int ItemWeight = 16;

    public static void Check(long characters)
    {
        if (characters > MostCharacters) throw new TemplateException(TemplateFault.Other, $"the template writes more than {MostCharacters} characters.");
    }

    /// <summary>The parts one behind the other.</summary>
    public static string Join(string separator, IEnumerable<string> parts)
    {
        var text = new StringBuilder();
        var first = true;
        foreach (var part in parts)
        {
            if (!first) text.Append(separator);
            first = false;
            Check((long)text.Length + part.Length);
            text.Append(part);
        }

        return text.ToString();
    }

    /// <summary>What a value counts when it is put into another: all that it holds, however often it holds the same.</summary>
    public static (long Weight, int Depth) Of(object? value) => value switch
    {
        string text => (text.Length + ItemWeight, 0),
        PythonList list => (list.Weight + ItemWeight, list.Depth),
        PythonDict dict => (dict.Weight + ItemWeight, dict.Depth),
        _ => (ItemWeight, 0),
    };

    /// <summary>Adds a part to what holds it.</summary>
    public static (long Weight, int Depth) Add((long Weight, int Depth) whole, object? part)
    {
        var (weight, depth) = Of(part);
        whole = (whole.Weight + weight, Math.Max(whole.Depth, depth + 1));
        if (whole.Depth > DeepestNesting) throw new TemplateException(TemplateFault.Other, $"a value is nested more than {DeepestNesting} deep.");
        if (whole.Weight > MostCharacters + ItemWeight) throw new TemplateException(TemplateFault.Other, $"a value or repetition is longer than {MostCharacters / ItemWeight} items or {MostCharacters} characters.");
        return whole;
    }

    /// <summary>Whatever recurses asks first: a stack overflow ends the process.</summary>
    public static void CheckStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new TemplateException(TemplateFault.Other, "the template is nested too deep.");
    }
}
