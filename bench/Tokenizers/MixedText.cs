using System.Text;

namespace Platform.Tokenizers.Bench;

/// <summary>Documents of English, code, Chinese, emoji and numbers in turn: the repository's own files and generated text.</summary>
internal static class MixedText
{
    private const int DocumentLength = 2000; // characters

    private const string Emoji = "😀🎉👍🏽👩‍👩‍👧‍👦🇫🇷🚀✨🔥🤖💡🧪📦";

    /// <param name="root">The repository.</param>
    /// <param name="megabytes">How much text, in UTF-8; documents repeat where the repository has less.</param>
    public static List<string> Documents(string root, int megabytes)
    {
        var random = new Random(7);
        var english = Files(root, "*.md").Concat(Files(root, "*.yaml")).ToList();
        var code = Files(root, "*.cs").ToList();
        List<string> documents = [];
        for (long bytes = 0; bytes < megabytes * 1_000_000L;)
        {
            var document = (documents.Count % 10) switch
            {
                < 4 => english[random.Next(english.Count)],
                < 7 => code[random.Next(code.Count)],
                7 => Chinese(random),
                8 => Numbers(random),
                _ => Chat(random),
            };
            documents.Add(document);
            bytes += Encoding.UTF8.GetByteCount(document);
        }

        return documents;
    }

    private static IEnumerable<string> Files(string root, string pattern) => Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
        .Where(path => !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/fixtures/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .SelectMany(path => File.ReadAllText(path).Chunk(DocumentLength).Select(chunk => new string(chunk)));

    // Frequent characters are frequent: the n-th of 3000 has a weight of 1/n.
    private static string Chinese(Random random)
    {
        var text = new StringBuilder();
        while (text.Length < DocumentLength / 3)
        {
            for (var i = random.Next(4, 24); i > 0; i--) text.Append((char)(0x4E00 + ((int)Math.Exp(random.NextDouble() * Math.Log(3000)) * 7 % 20000)));
            text.Append(random.Next(3) == 0 ? '。' : '，');
        }

        return text.ToString();
    }

    private static string Numbers(Random random)
    {
        var text = new StringBuilder();
        while (text.Length < DocumentLength) text.Append(random.Next(1_000_000)).Append(random.Next(4) == 0 ? '\n' : ' ').Append(random.NextDouble().ToString("F4", null)).Append('\t');
        return text.ToString();
    }

    private static string Chat(Random random)
    {
        string[] words = ["ok", "größer", "très", "привет", "thanks", "see", "lol", "naïve", "ありがとう", "안녕", "नमस्ते", "done!"];
        var text = new StringBuilder();
        while (text.Length < DocumentLength) text.Append(words[random.Next(words.Length)]).Append(' ').Append(Emoji, random.Next(4) * 2, 2).Append(random.Next(5) == 0 ? "\n" : " ");
        return text.ToString();
    }
}
