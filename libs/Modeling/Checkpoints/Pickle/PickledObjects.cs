namespace Platform.Modeling.Checkpoints.Pickle;

/// <summary>A name that a pickle asks Python to import. Here it is never more than a name.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>What a pickle says about a storage outside of itself.</summary>
internal sealed record PickleReference(object?[] Parts);

/// <summary>A tensor over a storage; sizes, strides and offset count elements.</summary>
internal sealed record PickledTensor(PickleReference Storage, long Offset, long[] Shape, long[] Strides);
