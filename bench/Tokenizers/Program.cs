using System.Text;
using Microsoft.ML.Tokenizers;
using Platform.Tokenizers.Bench;
using Tokenizer = Platform.Modeling.Tokenization.Tokenizer;

// Usage: Platform.Tokenizers.Bench [MEGABYTES]
// Throughput of every kind of tokenizer on one core, as a ratio of the time to read the same text and of Microsoft.ML.Tokenizers' time.
var megabytes = args.Length > 0 ? int.Parse(args[0], null) : 8;
var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "Platform.sln"))) root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Run it from within the repository.");

var documents = MixedText.Documents(root, megabytes);
var bytes = documents.Sum(document => (long)Encoding.UTF8.GetByteCount(document));
var scratch = Directory.CreateTempSubdirectory("tokenizers-bench");
try
{
    var clock = TimeProvider.System;
    var started = clock.GetTimestamp();
    var vocabularies = new Vocabularies(documents, scratch.FullName);
    Console.WriteLine($"{documents.Count} documents, {bytes / 1e6:F1} MB; a vocabulary of {vocabularies.BytePair.VocabularySize} tokens learnt from them in {clock.GetElapsedTime(started).TotalSeconds:F1} s");

    var measure = new Measurement(documents, bytes);
    measure.Bound();
    var fixtures = Path.Combine(root, "tests", "fixtures", "tokenizers");
    measure.Kind("byte-level BPE (gpt2)", vocabularies.BytePair, Peers.BytePair(vocabularies));
    measure.Kind("byte-level BPE (llama3)", vocabularies.Llama3(), null);
    measure.Kind("WordPiece (bert)", vocabularies.WordPiece(), Peers.WordPiece(vocabularies));
    measure.Kind("Unigram", vocabularies.Unigram(), null);
    measure.Kind("WordLevel", vocabularies.WordLevel(), null);
    measure.Kind("SentencePiece BPE (llama2)", Tokenizer.Load(Path.Combine(fixtures, "llama2-legacy")), Peers.SentencePiece(Path.Combine(fixtures, "llama2-legacy")));
    measure.Kind("SentencePiece BPE (chatglm3)", Tokenizer.Load(Path.Combine(fixtures, "chatglm3-bpe")), null);
    measure.Kind("SentencePiece Unigram (chatglm3)", Tokenizer.Load(Path.Combine(fixtures, "chatglm3-unigram")), Peers.SentencePiece(Path.Combine(fixtures, "chatglm3-unigram")));
    return measure.MeetsTarget ? 0 : 1;
}
finally
{
    scratch.Delete(recursive: true);
}
