using System.Text;
using Platform.Modeling.Tokenization.Text;

namespace Platform.Modeling.Tokenization.Decoders;

/// <summary>Turns letters back into bytes, and the bytes of all tokens together into text; broken UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        List<byte> bytes = [];
        foreach (var token in tokens)
        {
            // Added tokens may hold characters that stand for no byte: those tokens are taken as they are.
            if (token.All(character => ByteAlphabet.ByteOf(character) >= 0)) bytes.AddRange(token.Select(character => (byte)ByteAlphabet.ByteOf(character)));
            else bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(token));
        }

        return [System.Text.Encoding.UTF8.GetString([.. bytes])];
    }
}
