using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Runs;

namespace Platform.Training.Api;

internal sealed class TrainingDbContext(DbContextOptions<TrainingDbContext> options) : StageDbContext(options);
