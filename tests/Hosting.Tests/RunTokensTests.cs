using Platform.Hosting.Security;

namespace Platform.Hosting.Tests;

public sealed class RunTokensTests
{
    private static readonly Guid Run = Guid.Parse("8f0c2f6e-4a3b-4a55-9c0e-0d6f5d1f7a11");
    private readonly RunTokens _tokens = new(new byte[32]);

    [Fact]
    public void ATokenIsTheDocumentedSignature() => // printf '8f0c…/train' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00
        Assert.Equal(
            Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(new byte[32], System.Text.Encoding.UTF8.GetBytes($"{Run:D}/train"))).Replace('+', '-').Replace('/', '_').TrimEnd('='),
            _tokens.Make(Run, "train"));

    [Fact]
    public void ATokenOpensItsOwnStageOfItsOwnRunOnly()
    {
        var token = _tokens.Make(Run, "train");
        Assert.True(_tokens.Check(token, Run, "train"));
        Assert.False(_tokens.Check(token, Run, "quantize"));
        Assert.False(_tokens.Check(token, Guid.NewGuid(), "train"));
        Assert.False(_tokens.Check("", Run, "train"));
        Assert.False(new RunTokens([.. Enumerable.Repeat((byte)1, 32)]).Check(token, Run, "train"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    public void AWeakKeyIsRefused(string? key) => Assert.Throws<FormatException>(() => RunTokens.FromConfiguration(key));
}
