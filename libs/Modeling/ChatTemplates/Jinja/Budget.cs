namespace Platform.Modeling.ChatTemplates.Jinja;

/// <summary>Bounds what a template may cost: templates come with downloaded models.</summary>
internal sealed class Budget
{
    private const int MostSteps = 20_000_000;
    private const int MostCharacters = 64 * 1024 * 1024;
    private const int DeepestCalls = 150;

    private int _steps;
    private int _depth;

    public void Step()
    {
        if (++_steps > MostSteps) throw new TemplateException(TemplateFault.Other, $"the template takes more than {MostSteps} steps.");
    }

    public void CheckLength(int characters)
    {
        if (characters > MostCharacters) throw new TemplateException(TemplateFault.Other, $"the template writes more than {MostCharacters} characters.");
    }

    public void Enter()
    {
        if (++_depth > DeepestCalls) throw new TemplateException(TemplateFault.Other, $"calls are nested more than {DeepestCalls} deep.");
    }

    public void Leave() => _depth--;
}
