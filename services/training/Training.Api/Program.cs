using Platform.Hosting;
using Platform.Training.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("training");
builder.AddTraining();

var app = builder.Build();
app.MapPlatformDefaults();
app.MapTraining();
await app.RunAsync();
