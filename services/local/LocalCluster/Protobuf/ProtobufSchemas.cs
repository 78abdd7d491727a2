using System.Collections.Frozen;

namespace Platform.LocalCluster.Protobuf;

internal enum ProtobufKind
{
    Text,
    Bytes,
    Number,
    Flag,
    TextMap,
    BytesMap,
    Time,
    Message,
}

internal sealed record ProtobufField(string Name, ProtobufKind Kind, bool Repeated = false, ProtobufMessage? Message = null);

internal sealed record ProtobufMessage(IReadOnlyDictionary<int, ProtobufField> Fields)
{
    /// <summary>Fields by number, written "1 name", "2 data:textmap", "3 items[]:message".</summary>
    public static ProtobufMessage Of(params (int Number, ProtobufField Field)[] fields) => new(fields.ToFrozenDictionary(f => f.Number, f => f.Field));
}

/// <summary>The field numbers of the messages that kubectl creates by name (configmap, secret, namespace, serviceaccount, job, roles and their bindings, reviews).</summary>
internal static class ProtobufSchemas
{
    public static readonly ProtobufMessage TextEntry = ProtobufMessage.Of(Text(1, "key"), Text(2, "value"));
    public static readonly ProtobufMessage BytesEntry = ProtobufMessage.Of(Text(1, "key"), (2, new("value", ProtobufKind.Bytes)));
    public static readonly ProtobufMessage Time = ProtobufMessage.Of(Number(1, "seconds"), Number(2, "nanos"));

    public static readonly ProtobufMessage Envelope = ProtobufMessage.Of(
        Nested(1, "typeMeta", ProtobufMessage.Of(Text(1, "apiVersion"), Text(2, "kind"))), (2, new("raw", ProtobufKind.Bytes)), Text(3, "contentEncoding"), Text(4, "contentType"));

    private static readonly ProtobufMessage Owner = ProtobufMessage.Of(Text(1, "kind"), Text(3, "name"), Text(4, "uid"), Text(5, "apiVersion"), Flag(6, "controller"), Flag(7, "blockOwnerDeletion"));

    private static readonly ProtobufMessage Meta = ProtobufMessage.Of(Text(1, "name"), Text(2, "generateName"), Text(3, "namespace"), Text(4, "selfLink"), Text(5, "uid"), Text(6, "resourceVersion"),
        Number(7, "generation"), (8, new("creationTimestamp", ProtobufKind.Time)), Number(10, "deletionGracePeriodSeconds"), Map(11, "labels"), Map(12, "annotations"),
        (13, new("ownerReferences", ProtobufKind.Message, true, Owner)), Texts(14, "finalizers"));

    private static readonly ProtobufMessage Nothing = ProtobufMessage.Of();

    private static readonly ProtobufMessage Environment = ProtobufMessage.Of(Text(1, "name"), Text(2, "value"));

    private static readonly ProtobufMessage Container = ProtobufMessage.Of(Text(1, "name"), Text(2, "image"), Texts(3, "command"), Texts(4, "args"), Text(5, "workingDir"),
        (7, new("env", ProtobufKind.Message, true, Environment)), Nested(8, "resources", Nothing), Text(13, "terminationMessagePath"), Text(14, "imagePullPolicy"),
        Flag(16, "stdin"), Flag(17, "stdinOnce"), Flag(18, "tty"), Text(20, "terminationMessagePolicy"));

    private static readonly ProtobufMessage PodSpec = ProtobufMessage.Of((2, new("containers", ProtobufKind.Message, true, Container)), Text(3, "restartPolicy"), Number(4, "terminationGracePeriodSeconds"),
        Number(5, "activeDeadlineSeconds"), Text(6, "dnsPolicy"), Map(7, "nodeSelector"), Text(8, "serviceAccountName"), Text(9, "serviceAccount"), Text(10, "nodeName"),
        Flag(11, "hostNetwork"), Flag(12, "hostPID"), Flag(13, "hostIPC"), Nested(14, "securityContext", Nothing), Text(16, "hostname"), Text(17, "subdomain"), Text(19, "schedulerName"));

    private static readonly ProtobufMessage Template = ProtobufMessage.Of(Nested(1, "metadata", Meta), Nested(2, "spec", PodSpec));

    private static readonly ProtobufMessage JobSpec = ProtobufMessage.Of(Number(1, "parallelism"), Number(2, "completions"), Number(3, "activeDeadlineSeconds"), Flag(5, "manualSelector"),
        Nested(6, "template", Template), Number(7, "backoffLimit"), Number(8, "ttlSecondsAfterFinished"), Text(9, "completionMode"), Flag(10, "suspend"));

    private static readonly ProtobufMessage Attributes = ProtobufMessage.Of(Text(1, "namespace"), Text(2, "verb"), Text(3, "group"), Text(4, "version"), Text(5, "resource"), Text(6, "subresource"), Text(7, "name"));

    private static readonly ProtobufMessage AccessSpec = ProtobufMessage.Of(Nested(1, "resourceAttributes", Attributes), Nested(2, "nonResourceAttributes", ProtobufMessage.Of(Text(1, "path"), Text(2, "verb"))));

    private static readonly ProtobufMessage PolicyRule = ProtobufMessage.Of(Texts(1, "verbs"), Texts(2, "apiGroups"), Texts(3, "resources"), Texts(4, "resourceNames"), Texts(5, "nonResourceURLs"));

    private static readonly ProtobufMessage Role = ProtobufMessage.Of(Nested(1, "metadata", Meta), (2, new("rules", ProtobufKind.Message, true, PolicyRule)));

    private static readonly ProtobufMessage RoleBinding = ProtobufMessage.Of(Nested(1, "metadata", Meta),
        (2, new("subjects", ProtobufKind.Message, true, ProtobufMessage.Of(Text(1, "kind"), Text(2, "apiGroup"), Text(3, "name"), Text(4, "namespace")))),
        Nested(3, "roleRef", ProtobufMessage.Of(Text(1, "apiGroup"), Text(2, "kind"), Text(3, "name"))));

    public static readonly FrozenDictionary<(string ApiVersion, string Kind), ProtobufMessage> Kinds = new Dictionary<(string, string), ProtobufMessage>
    {
        [("v1", "ConfigMap")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Map(2, "data"), (3, new("binaryData", ProtobufKind.BytesMap)), Flag(4, "immutable")),
        [("v1", "Secret")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), (2, new("data", ProtobufKind.BytesMap)), Text(3, "type"), Map(4, "stringData"), Flag(5, "immutable")),
        [("v1", "Namespace")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Nested(2, "spec", ProtobufMessage.Of(Texts(1, "finalizers"))), Nested(3, "status", ProtobufMessage.Of(Text(1, "phase")))),
        [("v1", "ServiceAccount")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Flag(4, "automountServiceAccountToken")),
        [("batch/v1", "Job")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Nested(2, "spec", JobSpec), Nested(3, "status", Nothing)),
        [("rbac.authorization.k8s.io/v1", "Role")] = Role,
        [("rbac.authorization.k8s.io/v1", "ClusterRole")] = Role,
        [("rbac.authorization.k8s.io/v1", "RoleBinding")] = RoleBinding,
        [("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")] = RoleBinding,
        [("authorization.k8s.io/v1", "SelfSubjectAccessReview")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Nested(2, "spec", AccessSpec), Nested(3, "status", ProtobufMessage.Of(Flag(1, "allowed")))),
        [("authorization.k8s.io/v1", "SelfSubjectRulesReview")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Nested(2, "spec", ProtobufMessage.Of(Text(1, "namespace"))),
            Nested(3, "status", ProtobufMessage.Of(Flag(3, "incomplete")))),
        [("authentication.k8s.io/v1", "SelfSubjectReview")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Nested(2, "status", ProtobufMessage.Of(Nested(1, "userInfo", ProtobufMessage.Of(Text(1, "username"), Text(2, "uid")))))),
        [("authentication.k8s.io/v1", "TokenRequest")] = ProtobufMessage.Of(Nested(1, "metadata", Meta), Nested(2, "spec", ProtobufMessage.Of(Texts(1, "audiences"), Number(4, "expirationSeconds"))),
            Nested(3, "status", ProtobufMessage.Of(Text(1, "token"), (2, new("expirationTimestamp", ProtobufKind.Time))))),
        [("v1", "DeleteOptions")] = ProtobufMessage.Of(Number(1, "gracePeriodSeconds"), Nested(2, "preconditions", ProtobufMessage.Of(Text(1, "uid"), Text(2, "resourceVersion"))),
            Flag(3, "orphanDependents"), Text(4, "propagationPolicy"), Texts(5, "dryRun")),
    }.ToFrozenDictionary();

    private static (int, ProtobufField) Text(int number, string name) => (number, new(name, ProtobufKind.Text));

    private static (int, ProtobufField) Texts(int number, string name) => (number, new(name, ProtobufKind.Text, Repeated: true));

    private static (int, ProtobufField) Number(int number, string name) => (number, new(name, ProtobufKind.Number));

    private static (int, ProtobufField) Flag(int number, string name) => (number, new(name, ProtobufKind.Flag));

    private static (int, ProtobufField) Map(int number, string name) => (number, new(name, ProtobufKind.TextMap));

    private static (int, ProtobufField) Nested(int number, string name, ProtobufMessage message) => (number, new(name, ProtobufKind.Message, Message: message));
}
