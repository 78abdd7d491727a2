using Platform.Modeling;
using static TorchSharp.torch;

namespace Platform.Parity.Models.Forward;

/// <summary>How models of one task are run, and what their outputs are called.</summary>
internal interface IForward
{
    bool Runs(PretrainedModel model);

    /// <summary>Adds the outputs, <c>loss</c> among them where the run has labels.</summary>
    void Run(PretrainedModel model, RunInputs inputs, Dictionary<string, Tensor> outputs);
}
