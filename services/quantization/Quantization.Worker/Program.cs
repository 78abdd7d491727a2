using Platform.Protos.Quantization.V1;
using Platform.Quantization.Worker;
using Platform.Workers;

return await WorkerHost.RunAsync<QuantizationSpec, QuantizationResult>(QuantizationWork.RunAsync);
