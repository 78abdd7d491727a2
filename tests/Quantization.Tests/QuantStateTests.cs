using System.Text;
using Platform.Quantization.Nf4;

namespace Platform.Quantization.Tests;

public sealed class QuantStateTests
{
    [Theory]
    [InlineData(0.5f, "0.5")]
    [InlineData(0.5050223469734192f, "0.5050223469734192")]
    [InlineData(2f, "2.0")]
    [InlineData(1e-5f, "9.999999747378752e-06")]
    public void TheJsonIsPythons(float offset, string written) => Assert.Equal(
        $$"""{"quant_type": "nf4", "blocksize": 64, "dtype": "float32", "shape": [48, 112], "nested_blocksize": 256, "nested_dtype": "float32", "nested_offset": {{written}}}""",
        Encoding.UTF8.GetString(new QuantState("nf4", 64, "float32", [48, 112], offset).ToBytes()));

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var state = new QuantState("fp4", 128, "bfloat16", [3, 5, 7], null);
        var read = QuantState.Parse(state.ToBytes(), "w");
        Assert.Equal(state with { Shape = read.Shape }, read);
        Assert.Equal(state.Shape, read.Shape);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"quant_type": "int4", "blocksize": 64, "dtype": "float32", "shape": [4]}""")]
    [InlineData("""{"quant_type": "nf4", "blocksize": 0, "dtype": "float32", "shape": [4]}""")]
    [InlineData("""{"quant_type": "nf4", "blocksize": 64, "dtype": "int8", "shape": [4]}""")]
    [InlineData("""{"quant_type": "nf4", "blocksize": 64, "dtype": "float32", "shape": [-4]}""")]
    [InlineData("""{"quant_type": "nf4", "blocksize": 64, "dtype": "float32", "shape": [4], "nested_offset": 0, "nested_blocksize": 64}""")]
    public void AMalformedStateIsRefusedByName(string json) =>
        Assert.Contains("layer.weight.quant_state", Assert.Throws<InvalidDataException>(() => QuantState.Parse(Encoding.UTF8.GetBytes(json), "layer.weight.quant_state")).Message);
}
