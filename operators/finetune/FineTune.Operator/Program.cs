using Platform.FineTune.Operator;
using Platform.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.AddPlatformDefaults("operator");
builder.AddFineTuneOperator();
var app = builder.Build();
app.MapPlatformDefaults();
await app.RunAsync();
