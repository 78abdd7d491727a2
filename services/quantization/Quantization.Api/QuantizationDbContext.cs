using Microsoft.EntityFrameworkCore;
using Platform.Hosting.Runs;

namespace Platform.Quantization.Api;

internal sealed class QuantizationDbContext(DbContextOptions<QuantizationDbContext> options) : StageDbContext(options);
