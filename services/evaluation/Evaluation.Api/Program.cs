using Platform.Hosting;
using Platform.Evaluation.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("evaluation");
builder.AddEvaluation();

var app = builder.Build();
app.MapPlatformDefaults();
app.MapEvaluation();
await app.RunAsync();
