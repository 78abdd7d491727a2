using Platform.Hosting;
using Platform.Datasets.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("datasets");
builder.AddDatasets();

var app = builder.Build();
app.MapPlatformDefaults();
app.MapDatasets();
await app.RunAsync();
