using System.Text;

namespace Platform.LocalCluster.Kubelet.Containers;

/// <summary>$(NAME) in values, commands and arguments; $$ is a dollar sign; what is not known stays as it is written.</summary>
public static class VariableExpansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                result.Append(text[at]);
                continue;
            }

            var end = text[at + 1] == '(' ? text.IndexOf(')', at) : -1;
            if (text[at + 1] == '$')
            {
                result.Append('$');
                at++;
            }
            else if (end > 0)
            {
                result.Append(variables.TryGetValue(text[(at + 2)..end], out var value) ? value : text[at..(end + 1)]);
                at = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }
}
