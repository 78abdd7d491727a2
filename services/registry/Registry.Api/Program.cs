using Platform.Hosting;
using Platform.Registry.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("registry");
builder.AddRegistry();

var app = builder.Build();
app.MapPlatformDefaults();
app.MapRegistry();
await app.RunAsync();
