using Platform.Evaluation.Worker;
using Platform.Protos.Evaluation.V1;
using Platform.Workers;

return await WorkerHost.RunAsync<EvaluationSpec, EvaluationResult>(EvaluationWork.RunAsync);
