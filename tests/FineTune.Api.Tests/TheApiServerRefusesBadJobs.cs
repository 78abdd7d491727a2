using System.Text.Json.Nodes;
using k8s;
using Platform.FineTune.Api.V1Alpha1;

namespace Platform.FineTune.Api.Tests;

/// <summary>The schema and its rules alone, without any operator or webhook.</summary>
public sealed class TheApiServerRefusesBadJobs(ServerWithTheCrd server) : IClassFixture<ServerWithTheCrd>
{
    private const string Valid = """
        {"model":{"uri":"registry://tiny-llama@base"},"dataset":{"uri":"s3://data/chat.jsonl","format":"chat"},"method":{"type":"lora","lora":{}},
         "quantize":[{"format":"nf4"}],
         "evaluate":{"suites":[{"name":"heldout","metrics":["exact_match"]}],"gate":{"metric":"heldout.exact_match","min":"0.8"}},
         "register":{"model":"support-bot","alias":"candidate"}}
        """;

    [Theory]
    [InlineData("""{"model":null}""", "spec.model", "Required value")]
    [InlineData("""{"model":{"uri":"hf://owner/name"}}""", "spec.model.uri", "must look like registry://NAME@ALIAS")]
    [InlineData("""{"model":{"uri":"registry://no-alias"}}""", "spec.model.uri", "registry://NAME@ALIAS")]
    [InlineData("""{"dataset":null}""", "spec.dataset", "Required value")]
    [InlineData("""{"dataset":{"uri":"http://x/y"}}""", "spec.dataset.uri", "s3://BUCKET/KEY")]
    [InlineData("""{"dataset":{"format":"csv"}}""", "spec.dataset.format", "\"prompt-completion\", \"chat\"")]
    [InlineData("""{"dataset":{"source":"xlsx"}}""", "spec.dataset.source", "\"parquet\"")]
    [InlineData("""{"dataset":{"columns":{"":"a"}}}""", "spec.dataset.columns", "write the format's field, for example prompt: question")]
    [InlineData("""{"dataset":{"columns":{"prompt":""}}}""", "spec.dataset.columns.prompt", "at least 1 chars")]
    [InlineData("""{"dataset":{"filter":{"minCharacters":9,"maxCharacters":8}}}""", "spec.dataset.filter", "must be at least spec.dataset.filter.minCharacters")]
    [InlineData("""{"dataset":{"split":{"validation":"1.0"}}}""", "spec.dataset.split.validation", "from \"0\" to below \"1\"")]
    [InlineData("""{"dataset":{"split":{"validation":"ten percent"}}}""", "spec.dataset.split.validation", "from \"0\" to below \"1\"")]
    [InlineData("""{"dataset":{"split":{"validation":"0"}}}""", "spec", "raise it, for example to \"0.1\"")]
    [InlineData("""{"method":{"type":"magic"}}""", "spec.method.type", "supported values: \"full\", \"lora\"")]
    [InlineData("""{"method":{"type":"vera"}}""", "spec.method", "spec.method.lora is set, and spec.method.type is another method")]
    [InlineData("""{"method":{"pTuningV2":{}}}""", "spec.method", "set the type to p-tuning-v2")]
    [InlineData("""{"method":{"type":"prefix-tuning","lora":null}}""", "spec", "spec.quantize needs weights that the method changes")]
    [InlineData("""{"method":{"lora":{"rank":0}}}""", "spec.method.lora.rank", "greater than or equal to 1")]
    [InlineData("""{"method":{"lora":{"rank":257}}}""", "spec.method.lora.rank", "less than or equal to 256")]
    [InlineData("""{"method":{"lora":{"dropout":"1"}}}""", "spec.method.lora.dropout", "to below \"1\"")]
    [InlineData("""{"method":{"lora":{"targetModules":[]}}}""", "spec.method.lora", "name a layer, for example q_proj")]
    [InlineData("""{"method":{"lora":{"targetModules":["q_proj","q_proj"]}}}""", "spec.method.lora.targetModules[1]", "Duplicate value")]
    [InlineData("""{"method":{"lora":{"targetModules":["all-linear","q_proj"]}}}""", "spec.method.lora", "it must stand alone")]
    [InlineData("""{"method":{"lora":{"layersPattern":["h"]}}}""", "spec.method.lora", "needs spec.method.lora.layersToTransform")]
    [InlineData("""{"method":{"lora":{"init":"magic"}}}""", "spec.method.lora.init", "should match")]
    [InlineData("""{"method":{"lora":{"loftq":{}}}}""", "spec.method.lora", "set init to loftq")]
    [InlineData("""{"method":{"lora":{"init":"loftq","loftq":{"bits":3}}}}""", "spec.method.lora.loftq.bits", "must be 2, 4 or 8")]
    [InlineData("""{"method":{"lora":{"loraPlusRatio":"0.5"}}}""", "spec.method.lora.loraPlusRatio", "from \"1\" to \"1000\"")]
    [InlineData("""{"method":{"lora":{"targetParameters":["mlp.experts.down_proj"],"dora":true}}}""", "spec.method.lora", "dora false")]
    [InlineData("""{"method":{"type":"adalora","lora":null,"adalora":{"initialRank":4}}}""", "spec.method.adalora", "must be at least spec.method.adalora.targetRank")]
    [InlineData("""{"method":{"type":"ia3","lora":null,"ia3":{"targetModules":["k_proj"],"feedforwardModules":["down_proj"]}}}""", "spec.method.ia3", "must be a part of")]
    [InlineData("""{"method":{"type":"lokr","lora":null,"lokr":{"decomposeFactor":0}}}""", "spec.method.lokr", "-1 (near the square root)")]
    [InlineData("""{"method":{"type":"oft","lora":null,"oft":{"blockSize":8,"blocks":8}}}""", "spec.method.oft", "remove one")]
    [InlineData("""{"method":{"type":"prompt-tuning","lora":null,"promptTuning":{"init":"text"}},"quantize":null}""", "spec.method.promptTuning", "set exactly when")]
    [InlineData("""{"method":{"type":"p-tuning","lora":null,"pTuning":{"encoder":"gru"}},"quantize":null}""", "spec.method.pTuning.encoder", "\"lstm\"")]
    [InlineData("""{"method":{"type":"prefix-tuning","lora":null,"prefixTuning":{"encoderHiddenSize":8}},"quantize":null}""", "spec.method.prefixTuning", "needs spec.method.prefixTuning.projection")]
    [InlineData("""{"method":{"type":"adapter","lora":null,"adapter":{"kind":"wide"}},"quantize":null}""", "spec.method.adapter.kind", "\"parallel\"")]
    [InlineData("""{"training":{"epochs":3,"maxSteps":5}}""", "spec.training", "set exactly one of spec.training.epochs")]
    [InlineData("""{"training":{"batchSize":4}}""", "spec.training", "set exactly one of spec.training.epochs")]
    [InlineData("""{"training":{"epochs":0}}""", "spec.training.epochs", "greater than or equal to 1")]
    [InlineData("""{"training":{"epochs":1,"learningRate":"0"}}""", "spec.training.learningRate", "above \"0\" and up to \"1\"")]
    [InlineData("""{"training":{"epochs":1,"learningRate":"fast"}}""", "spec.training.learningRate", "above \"0\" and up to \"1\"")]
    [InlineData("""{"training":{"epochs":1,"learningRate":2e-4}}""", "spec.training.learningRate", "must be of type string")]
    [InlineData("""{"training":{"epochs":1,"warmupRatio":"1"}}""", "spec.training.warmupRatio", "to below \"1\"")]
    [InlineData("""{"training":{"epochs":1,"weightDecay":"1.5"}}""", "spec.training.weightDecay", "from \"0\" to \"1\"")]
    [InlineData("""{"training":{"epochs":1,"maxGradNorm":"-1"}}""", "spec.training.maxGradNorm", "no clipping")]
    [InlineData("""{"training":{"epochs":1,"schedule":"step"}}""", "spec.training.schedule", "\"cosine\"")]
    [InlineData("""{"training":{"epochs":1,"precision":"int8"}}""", "spec.training.precision", "\"bf16\"")]
    [InlineData("""{"training":{"epochs":1,"maxLength":4}}""", "spec.training.maxLength", "greater than or equal to 8")]
    [InlineData("""{"training":{"epochs":1,"warmupRatio":"0.1","warmupSteps":5}}""", "spec.training", "exclude each other: remove one")]
    [InlineData("""{"training":{"epochs":1,"minLearningRate":"1e-5","minLearningRateRatio":"0.1"}}""", "spec.training", "exclude each other: remove one")]
    [InlineData("""{"training":{"epochs":1,"optimizer":"magic"}}""", "spec.training.optimizer", "\"adamw-8bit\"")]
    [InlineData("""{"training":{"epochs":1,"beta2":"1"}}""", "spec.training.beta2", "to below \"1\"")]
    [InlineData("""{"training":{"epochs":1,"earlyStopping":{}}}""", "spec.training", "need spec.training.evalEverySteps")]
    [InlineData("""{"training":{"epochs":1,"loadBestModelAtEnd":true}}""", "spec.training", "need spec.training.evalEverySteps")]
    [InlineData("""{"training":{"epochs":1,"evalEverySteps":5,"earlyStopping":{"patience":0}}}""", "spec.training.earlyStopping.patience", "greater than or equal to 1")]
    [InlineData("""{"training":{"epochs":1,"divergenceFactor":"0.5"}}""", "spec.training.divergenceFactor", "above \"1\"")]
    [InlineData("""{"training":{"epochs":1,"gradientCheckpointing":"all"}}""", "spec.training.gradientCheckpointing", "\"blocks\"")]
    [InlineData("""{"training":{"epochs":1,"optimizerInBackward":true}}""", "spec.training", "needs spec.training.maxGradNorm \"0\"")]
    [InlineData("""{"training":{"epochs":1,"optimizerInBackward":true,"maxGradNorm":"0","gradientAccumulation":2}}""", "spec.training", "gradientAccumulation 1")]
    [InlineData("""{"resources":{"nodes":2}}""", "spec.resources.nodes", "less than or equal to 1")]
    [InlineData("""{"resources":{"memory":"lots"}}""", "spec.resources.memory", "such as \"16Gi\"")]
    [InlineData("""{"resources":{"cpu":"2x"}}""", "spec.resources.cpu", "such as \"2\"")]
    [InlineData("""{"quantize":[{"format":"gptq"}]}""", "spec.quantize[0].format", "supported values: \"nf4\"")]
    [InlineData("""{"quantize":[{"format":"nf4"},{"format":"nf4"}]}""", "spec.quantize[1]", "Duplicate value")]
    [InlineData("""{"quantize":[{"format":"nf4","maxPerplexityDelta":"-0.1"}]}""", "spec.quantize[0].maxPerplexityDelta", "\"0\" or more")]
    [InlineData("""{"evaluate":{"suites":[]}}""", "spec.evaluate.suites", "at least 1 items")]
    [InlineData("""{"evaluate":{"suites":[{"name":"a","metrics":["blue"]}],"gate":null}}""", "spec.evaluate.suites[0].metrics[0]", "\"perplexity\"")]
    [InlineData("""{"evaluate":{"suites":[{"name":"a","metrics":["pearson"]}],"gate":null}}""", "spec", "answers that a model writes have accuracy, balanced_accuracy, bleu")]
    [InlineData("""{"evaluate":{"suites":[{"name":"a","metrics":["perplexity"]},{"name":"a","metrics":["perplexity"]}],"gate":null}}""", "spec.evaluate.suites[1]", "Duplicate value")]
    [InlineData("""{"evaluate":{"gate":{"metric":"heldout.perplexity"}}}""", "spec.evaluate.gate", "must be SUITE.METRIC")]
    [InlineData("""{"evaluate":{"gate":{"min":null}}}""", "spec.evaluate.gate", "set min, max or both")]
    [InlineData("""{"evaluate":{"gate":{"min":"high"}}}""", "spec.evaluate.gate.min", "\"0\" or more")]
    [InlineData("""{"register":{"model":"Support Bot"}}""", "spec.register.model", "should match")]
    [InlineData("""{"register":{"alias":"3"}}""", "spec.register.alias", "should match")]
    [InlineData("""{"failure":{"backoffLimit":-1}}""", "spec.failure.backoffLimit", "greater than or equal to 0")]
    [InlineData("""{"ttlSecondsAfterFinished":-1}""", "spec.ttlSecondsAfterFinished", "greater than or equal to 0")]
    [InlineData("""{"readyWhen":"Sometimes"}""", "spec.readyWhen", "\"Accepted\"")]
    public async Task EachFaultIsNamedWithItsFieldAndWhatIsAllowed(string change, string field, string message)
    {
        var (code, answer) = await server.CreateAsync(Job("bad", change));
        Assert.Equal(422, code);
        Assert.Contains(Causes(answer), cause => cause.Field == field && cause.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task FaultsAreNamedAllAtOnce()
    {
        var (code, answer) = await server.CreateAsync(Job("worse", """{"dataset":null,"method":{"type":"magic","lora":{"rank":0}},"training":{"epochs":1,"maxSteps":5}}"""));
        Assert.Equal(422, code);
        var causes = Causes(answer).ToList();
        Assert.Superset(new HashSet<string> { "spec.dataset", "spec.method.type", "spec.method.lora.rank" }, causes.Select(cause => cause.Field).ToHashSet());
        Assert.Contains(causes, cause => cause.Message.Contains("\"spec.training\" must not validate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ANameTooLongForThePodsIsRefused()
    {
        var (code, answer) = await server.CreateAsync(Job(new string('a', 45), "{}"));
        Assert.Equal(422, code);
        Assert.Contains("at most 44 characters", answer["message"]!.ToString());
    }

    [Theory]
    [InlineData("model", """{"spec":{"model":{"uri":"registry://other@base"}}}""", "spec.model is immutable")]
    [InlineData("dataset", """{"spec":{"dataset":{"split":{"seed":7}}}}""", "spec.dataset is immutable")]
    public async Task WhatWasPinnedCannotBeChanged(string name, string patch, string message)
    {
        Assert.Equal(201, (await server.CreateAsync(Job(name, "{}"))).Code);
        var (code, answer) = await server.PatchAsync(name, patch);
        Assert.Equal(422, code);
        Assert.Contains(message, answer["message"]!.ToString());
        Assert.Equal(200, (await server.PatchAsync(name, """{"spec":{"suspend":true,"training":{"learningRate":"1e-4"}}}""")).Code);
    }

    [Fact]
    public async Task TheServersDefaultsAreTheTypesDefaults()
    {
        var (code, answer) = await server.CreateAsync(Job("defaults", "{}"));
        Assert.Equal(201, code);
        var stored = KubernetesJson.Deserialize<FineTuneJob>(answer.DeepClone());
        var sent = KubernetesJson.Deserialize<FineTuneJob>(Job("defaults", "{}"));
        Assert.Equal(KubernetesJson.Serialize(sent.Spec), KubernetesJson.Serialize(stored.Spec));
        Assert.Equal(-1, stored.Status.ObservedGeneration);
    }

    private static JsonObject Job(string name, string change)
    {
        var spec = JsonNode.Parse(Valid)!.AsObject();
        Merge(spec, JsonNode.Parse(change)!.AsObject());
        return new() { ["apiVersion"] = "finetune.platform.io/v1alpha1", ["kind"] = "FineTuneJob", ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec };
    }

    private static void Merge(JsonObject target, JsonObject change)
    {
        foreach (var (name, value) in change)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject nested && target[name] is JsonObject known) Merge(known, nested);
            else target[name] = value.DeepClone();
        }
    }

    private static IEnumerable<(string Field, string Message)> Causes(JsonObject answer) =>
        answer["details"]!["causes"]!.AsArray().Select(cause => (cause!["field"]!.ToString(), cause["message"]!.ToString()));
}
