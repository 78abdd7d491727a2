namespace Platform.Peft.Prompts;

/// <summary>Where a prompt enters a model. Disposing takes it out again.</summary>
internal interface IPromptPlace : IDisposable
{
    /// <summary>Whether the model's passes begin with the prompt.</summary>
    void Show(bool shown);
}
