using Platform.FineTune.Operator;

var builder = WebApplication.CreateBuilder(args);
builder.AddFineTuneOperator();
var app = builder.Build();
app.MapGet("/healthz", () => Results.Ok());
await app.RunAsync();
