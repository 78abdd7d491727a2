using System.Text;
using Platform.Modeling.ChatTemplates;

namespace Platform.Modeling.Tests.ChatTemplates;

/// <summary>Templates come with downloaded models: whatever they try ends in a TemplateException, never in the end of the process.</summary>
public sealed class TemplateSandboxTests
{
    private static readonly (string Role, string Content)[] Turns = [("user", "hi"), ("assistant", "yes")];

    private static readonly string[] Pieces =
    [
        "messages", "m", "ns", "ns.a", "loop", "x", "'ab'", "\"\"", "0", "1", "-3", "2.5", "10**9", "true", "none", "[1, 'a']", "{'k': 1}", "(1,)", "range(5)", "range(10**9)", "namespace(a=1)",
        "+", "-", "*", "**", "/", "//", "%", "~", "==", "<", "in", "not", "and", "or", "is", "if", "else", "|", ".", ",", "(", ")", "[", "]", "{", "}", ":", "=",
        "length", "join", "replace('a', 'bb')", "tojson", "list", "sort", "map('upper')", "first", "string", "format", "__class__", "items()", "split('a')", "center(9)", "defined", "batch(2)", "sum", "dictsort", "indent(4)",
    ];

    private static readonly string[] Statements =
    [
        "{% for m in messages %}", "{% endfor %}", "{% if x %}", "{% else %}", "{% endif %}", "{% set x = ", "%}", "{{ ", " }}", "{% macro f(a, b=1) %}", "{% endmacro %}", "{{ f(1) }}",
        "{% set ns = namespace(a=[]) %}", "{% set ns.a = [ns.a, ns.a] %}", "{% filter upper %}", "{% endfilter %}", "{% call f(1) %}", "{% endcall %}", "{# ", " #}", "{%- ", "-%}", "text", "{% break %}", "{% generation %}",
    ];

    [Theory]
    [InlineData("{% for i in range(10**9) %}{% endfor %}")]
    [InlineData("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{{ 'x' * 10**9 }}")]
    [InlineData("{{ [0] * 10**9 }}")]
    [InlineData("{{ ('%1000000000d' % 1) ~ ('%.999999999f' % 1.5) ~ ('%99999999999999999999d' % 1) }}")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = {'a': ns.s, 'b': ns.s} %}{% endfor %}{{ ns.s | tojson }}")]
    [InlineData("{% set ns = namespace(s=[1]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}")]
    [InlineData("{% set ns = namespace() %}{% set ns.a = [ns, ns] %}{{ ns }}")]
    [InlineData("{% set ns = namespace(n=1) %}{% for i in range(90) %}{% set ns.n = ns.n * 99999999999999999999 %}{% endfor %}{{ 10 ** (10 ** 10) }}")]
    [InlineData("{% set s = 'x' * 900000 %}{% set ns = namespace(a=[]) %}{% for i in range(9999) %}{% set ns.a = ns.a + [s ~ i] %}{% endfor %}")]
    [InlineData("{% set s = 'x' * 900000 %}{{ s | replace('x', s) }}")]
    [InlineData("{% set s = 'x' * 900000 %}{{ s | replace('', s) }}")]
    [InlineData("{% set s = 'x' * 900000 %}{{ s.join(s) }}")]
    [InlineData("{% set s = 'x' * 900000 %}{{ s | join(s) }}")]
    [InlineData("{% set s = '\\n' * 900000 %}{{ s | indent(10000, true, true) }}")]
    [InlineData("{% set s = 'x' * 900000 %}{{ ('{0}' * 90000).format(s) }}")]
    [InlineData("{% set s = 'x' * 900000 %}{{ ('%(s)s' * 90000) % {'s': s} }}")]
    [InlineData("{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}")]
    [InlineData("{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(100) }}")]
    [InlineData("{% macro f() %}{% for i in range(9) %}{{ caller() }}{% endfor %}{% endmacro %}{% call f() %}{% call f() %}{% call f() %}{% call f() %}{% call f() %}{% call f() %}{% call f() %}{% call f() %}{{ 'x' * 99999 }}{% endcall %}{% endcall %}{% endcall %}{% endcall %}{% endcall %}{% endcall %}{% endcall %}{% endcall %}")]
    [InlineData("{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}")]
    [InlineData("{{ ''.__class__.__mro__[1].__subclasses__() }}")]
    [InlineData("{{ messages.__init__.__globals__ }}")]
    [InlineData("{{ ('' | attr('__class__')).x }}")]
    [InlineData("{{ '{0.__class__.x}'.format(1) }}")]
    [InlineData("{{ range.__globals__.x }}")]
    [InlineData("{{ cycler().next() }}")]
    [InlineData("{{ 1 | tojson(separators=(1,)) }}")]
    [InlineData("{% include '/etc/passwd' %}")]
    [InlineData("{{ open('/etc/passwd') }}")]
    public void AHostileTemplateIsStopped(string source) => Assert.NotEmpty(Assert.Throws<TemplateException>(() => ChatTemplate.Parse(source).Render(Turns)).Message);

    [Theory]
    [InlineData("{{ ", "(", "", 20_000)]
    [InlineData("{{ ", "[", "", 20_000)]
    [InlineData("{{ ", "not ", "x }}", 20_000)]
    [InlineData("{{ ", "-", "1 }}", 20_000)]
    [InlineData("{{ 1", "+1", " }}", 20_000)]
    [InlineData("{{ messages", "[0]", " }}", 20_000)]
    [InlineData("{{ messages", ".a", " }}", 20_000)]
    [InlineData("{{ messages", "|list", " }}", 20_000)]
    [InlineData("{{ x", " if x else x", " }}", 20_000)]
    [InlineData("{{ messages", "()", " }}", 20_000)]
    [InlineData("{% macro f() %}{{ 1", "+1", " }}{% endmacro %}{{ f(1) }}", 20_000)]
    [InlineData("", "{% if true %}", "", 20_000)]
    [InlineData("", "{% for a in [1] %}", "", 20_000)]
    public void ADeepTemplateIsRefusedOrRendered(string start, string repeated, string end, int times)
    {
        var source = new StringBuilder(start).Insert(start.Length, repeated, times).Append(end).ToString();
        var fault = Record.Exception(() => ChatTemplate.Parse(source).Render(Turns));
        Assert.True(fault is null or TemplateException, fault?.GetType().Name);
    }

    [Fact]
    public void RandomTemplatesRenderOrAreRefused()
    {
        var random = new Random(5);
        var rendered = 0;
        for (var i = 0; i < 3000; i++)
        {
            var source = new StringBuilder();
            for (var left = random.Next(1, 12); left > 0; left--)
            {
                source.Append(Statements[random.Next(Statements.Length)]);
                if (random.Next(2) == 0) continue;
                source.Append("{{ ");
                for (var pieces = random.Next(1, 7); pieces > 0; pieces--) source.Append(Pieces[random.Next(Pieces.Length)]).Append(' ');
                source.Append("}}");
            }

            var fault = Record.Exception(() => ChatTemplate.Parse(source.ToString()).Render(Turns));
            Assert.True(fault is null or TemplateException, $"{fault}\n{source}");
            if (fault is null) rendered++;
        }

        Assert.InRange(rendered, 20, 2980);
    }
}
