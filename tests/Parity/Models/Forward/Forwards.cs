using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

/// <summary>The tasks whose models can be run.</summary>
internal static class Forwards
{
    private static readonly IForward[] All =
    [
        new LlavaForward(),
        new CausalForward(),
        new SequenceClassifierForward(),
        new TokenClassifierForward(),
        new QuestionAnsweringForward(),
        new MaskedForward(),
        new ImageClassifierForward(),
        new ContrastiveForward(),
        new Seq2SeqForward(),
    ];

    /// <exception cref="UnsupportedCaseException">No runner knows such models.</exception>
    public static Dictionary<string, Tensor> Run(PretrainedModel model, RunInputs inputs)
    {
        var forward = Array.Find(All, candidate => candidate.Runs(model)) ?? throw new UnsupportedCaseException($"no way to run a {model.GetType().Name} yet");
        Dictionary<string, Tensor> outputs = [];
        forward.Run(model, inputs, outputs);
        return outputs;
    }

    /// <summary>Collects what a model shows of its hidden states: <c>hidden.0</c> … and at last <c>hidden.final</c>.</summary>
    /// <param name="prefix">e.g. hidden.vision where a model has several stacks</param>
    public static Action<Tensor> Collect(Dictionary<string, Tensor> outputs, string prefix = "hidden")
    {
        var count = 0;
        return hidden =>
        {
            // The last one shown is what enters the head, so the name moves on.
            var kept = hidden.alias();
            outputs[$"{prefix}.{count++}"] = kept;
            outputs[$"{prefix}.final"] = kept;
        };
    }
}
