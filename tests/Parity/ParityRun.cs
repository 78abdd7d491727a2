namespace Platform.Parity;

/// <summary>Walks a fixtures folder and runs every case of every area.</summary>
public sealed class ParityRun(IReadOnlyList<IParityArea> areas)
{
    public sealed record Result(string Area, string Case, ParityVerdict Verdict);

    /// <summary>Every case below <paramref name="fixtures"/>: area and path.</summary>
    public IEnumerable<(string Area, string CasePath)> Cases(string fixtures, string? onlyArea) =>
        from folder in Directory.EnumerateDirectories(fixtures).Order(StringComparer.Ordinal)
        let name = Path.GetFileName(folder)
        where onlyArea is null || name == onlyArea
        from path in AreaOf(name).Cases(folder).Order(StringComparer.Ordinal)
        select (name, path);

    public ParityVerdict Check(string area, string casePath)
    {
        try
        {
            return AreaOf(area).Check(casePath);
        }
        catch (UnsupportedCaseException unsupported)
        {
            return new ParityVerdict.Unsupported(unsupported.Message);
        }
        catch (Exception broken)
        {
            return new ParityVerdict.Failed($"{broken.GetType().Name}: {broken.Message}");
        }
    }

    private IParityArea AreaOf(string name) => areas.FirstOrDefault(area => area.Name == name) ?? new AreaNotThereYet(name);

    private sealed class AreaNotThereYet(string name) : IParityArea
    {
        public string Name => name;
        public ParityVerdict Check(string casePath) => new ParityVerdict.Unsupported($"the library has no {name} yet");
    }
}
