using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Platform.Modeling.Tokenization;

namespace Platform.Modeling.Generation;

/// <summary>Generates text piece by piece, while it is read.</summary>
public static class TextStream
{
    // Ahead of a slow reader the model computes so many pieces, then it waits.
    private const int PiecesAhead = 16;

    /// <summary>
    /// Continues one prompt. A piece is what one or more tokens complete: never half a character, nothing of a stop string. The last
    /// piece says why the text ends. Who stops reading, or cancels, stops the computation within one block of the model.
    /// </summary>
    /// <param name="prompt">the prompt's tokens</param>
    /// <exception cref="ArgumentException">The options are wrong, ask for beams or several texts, or the prompt is empty.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IAsyncEnumerable<TextPiece> Generate(
        CausalLanguageModel model, Tokenizer tokenizer, IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        if (options.Beams > 1 || options.ReturnSequences > 1) throw new ArgumentException("A stream is one text decided from left to right: num_beams and num_return_sequences must be 1.");
        options.ThrowIfWrong();
        return Read((onStep, stop) => TokenGeneration.Run(model, [prompt], options, tokenizer, onStep, stop), cancellation);
    }

    /// <param name="run">computes on the thread it is called on, and shows each step</param>
    internal static async IAsyncEnumerable<TextPiece> Read(Action<Action<GenerationStep>, CancellationToken> run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pieces = Channel.CreateBounded<TextPiece>(new BoundedChannelOptions(PiecesAhead) { SingleReader = true, SingleWriter = true });

        // A thread of its own: a step computes for long, and waits where the reader is slow.
        var computing = Task.Factory.StartNew(() => Compute(run, pieces.Writer, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) yield return piece;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await computing.ConfigureAwait(false); // the model is free again when the stream has ended
        }
    }

    private static void Compute(Action<Action<GenerationStep>, CancellationToken> run, ChannelWriter<TextPiece> pieces, CancellationToken stop)
    {
        try
        {
            run(Pass, stop);
            pieces.Complete();
        }
        catch (Exception failure)
        {
            pieces.Complete(failure); // the reader throws it
        }

        void Pass(GenerationStep step)
        {
            if (step.Texts[0].Length == 0 && step.Finished[0] is null) return;
            var piece = new TextPiece(step.Texts[0], step.Finished[0]);
            if (!pieces.TryWrite(piece)) pieces.WriteAsync(piece, stop).AsTask().GetAwaiter().GetResult();
        }
    }
}
