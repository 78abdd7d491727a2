using Platform.FineTuning.Optimizers;

namespace Platform.FineTuning;

/// <summary>Parameters and nothing more: those of a whole model, for instance.</summary>
public sealed record TrainedParameters(IReadOnlyList<TrainableParameter> Parameters) : ITrainable;
