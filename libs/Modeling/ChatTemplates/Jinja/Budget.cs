namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Bounds what a template may cost in steps, time and memory: templates come with downloaded models.</summary>
internal sealed class Budget(TimeProvider clock)
{
    private const int MostSteps = 2_000_000;
    private const long MostMade = 256L * 1024 * 1024; // characters and items of all values that were ever made
    private const int DeepestCalls = 150;
    private const int StepsBetweenLooks = 64;
    private const int ItemCost = 16;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly long _started = clock.GetTimestamp();
    private int _steps;
    private int _depth;
    private long _made;

    public void Step()
    {
        Sizes.CheckStack();
        if (++_steps > MostSteps) throw new TemplateException(TemplateFault.Other, $"the template takes more than {MostSteps} steps.");
        if (_steps % StepsBetweenLooks == 0 && clock.GetElapsedTime(_started) > Longest)
            throw new TemplateException(TemplateFault.Other, $"the template takes longer than {Longest.TotalSeconds} seconds.");
    }

    /// <summary>Counts a value that was just made; returns it.</summary>
    public object? Spend(object? made)
    {
        _made += made switch
        {
            string text => text.Length,
            PythonList list => (long)list.Items.Count * ItemCost,
            PythonDict dict => (long)dict.Count * ItemCost,
            _ => 0,
        };
        if (made is string written) Sizes.Check(written.Length);
        if (_made > MostMade) throw new TemplateException(TemplateFault.Other, $"the template makes values of more than {MostMade} characters in all.");
        return made;
    }

    public void Enter()
    {
        if (++_depth > DeepestCalls) throw new TemplateException(TemplateFault.Other, $"calls are nested more than {DeepestCalls} deep.");
    }

    public void Leave() => _depth--;
}
