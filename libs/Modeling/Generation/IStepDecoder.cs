using static TorchSharp.torch;

namespace Platform.Modeling.Generation;

/// <summary>
/// A model's side of generation: it keeps what it has computed of the rows so far (keys and values, an encoder's output), takes
/// new tokens and says what may come next. Any model that has one can be decoded greedily, sampled from and searched by beams.
/// </summary>
public interface IStepDecoder : IDisposable
{
    /// <summary>Where ids are taken and logits are given.</summary>
    Device Device { get; }

    /// <summary>Continues all rows: by the whole prompt in the first call, then by one token each.</summary>
    /// <param name="ids">int64 [rows, new positions]</param>
    /// <returns>[rows, vocabulary] after the last position, which the caller disposes</returns>
    Tensor Step(Tensor ids, CancellationToken cancellation);

    /// <summary>Row i goes on from what row <paramref name="origins"/>[i] was; there may be more or fewer rows than before.</summary>
    /// <param name="origins">int64 [new rows]</param>
    void Reorder(Tensor origins);
}
