using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Runs;

namespace Platform.Evaluation.Api;

internal sealed class EvaluationDbContext(DbContextOptions<EvaluationDbContext> options) : StageDbContext(options);
