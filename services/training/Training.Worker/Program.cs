using Platform.Protos.Training.V1;
using Platform.Training.Worker;
using Platform.Workers;

return await WorkerHost.RunAsync<TrainingSpec, TrainingResult>(TrainingWork.RunAsync);
