namespace Platform.Modeling.Checkpoints;

/// <summary>Writes small files so that a reader sees the old content or the new, never a part.</summary>
internal static class AtomicFile
{
    public static void Write(string file, string content)
    {
        var temporary = $"{file}.{Guid.NewGuid():n}.tmp";
        try
        {
            File.WriteAllText(temporary, content);
            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
