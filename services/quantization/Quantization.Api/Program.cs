using Platform.Hosting;
using Platform.Quantization.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("quantization");
builder.AddQuantization();

var app = builder.Build();
app.MapPlatformDefaults();
app.MapQuantization();
await app.RunAsync();
