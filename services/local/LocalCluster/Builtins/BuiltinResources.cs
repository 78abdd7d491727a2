using k8s.Models;
using Platform.LocalCluster.ApiServer;
using Platform.LocalCluster.Schema;
using Platform.LocalCluster.Tables;

namespace Platform.LocalCluster.Builtins;

/// <summary>Every built-in resource that is served.</summary>
public static class BuiltinResources
{
    private static readonly string[] Everything = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public static IEnumerable<ResourceDefinition> All()
    {
        yield return Of<V1Namespace>("", "namespaces", namespaced: false, shortNames: ["ns"], table: BuiltinTables.Namespaces, strategy: new NamespaceStrategy(), status: true,
            verbs: [.. Everything.Where(v => v != "deletecollection")], fields: ["status.phase"]);
        yield return Of<V1Node>("", "nodes", namespaced: false, shortNames: ["no"], table: BuiltinTables.Nodes, status: true, fields: ["spec.unschedulable"]);
        yield return Of<V1Pod>("", "pods", shortNames: ["po"], categories: ["all"], table: new PodTable(), strategy: new PodStrategy(), status: true, generation: true,
            fields: ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"]);
        yield return Of<V1ConfigMap>("", "configmaps", shortNames: ["cm"], table: BuiltinTables.ConfigMaps, strategy: new ConfigMapStrategy());
        yield return Of<V1Secret>("", "secrets", table: BuiltinTables.Secrets, strategy: new SecretStrategy(), fields: ["type"]);
        yield return Of<V1ServiceAccount>("", "serviceaccounts", shortNames: ["sa"], table: BuiltinTable.NameAndAge);
        yield return Of<V1Service>("", "services", shortNames: ["svc"], categories: ["all"], table: BuiltinTables.Services, strategy: new ServiceStrategy(), status: true, fields: ["spec.clusterIP", "spec.type"]);
        yield return Of<Corev1Event>("", "events", shortNames: ["ev"], table: BuiltinTables.Events, strategy: new EventStrategy(),
            fields: ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
                "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"]);
        yield return Of<Eventsv1Event>("events.k8s.io", "events", shortNames: ["ev"], table: BuiltinTables.Events, strategy: new EventStrategy(), conversion: new EventConversion(), storage: "events",
            fields: ["reason", "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "reportingController", "type"]);
        yield return Of<V1Job>("batch", "jobs", categories: ["all"], table: BuiltinTables.Jobs, strategy: new JobStrategy(), status: true, generation: true, fields: ["status.successful"]);
        yield return Of<V1Lease>("coordination.k8s.io", "leases", table: BuiltinTables.Leases, strategy: new LeaseStrategy(), unconditional: false);
        yield return Of<V1CustomResourceDefinition>("apiextensions.k8s.io", "customresourcedefinitions", namespaced: false, shortNames: ["crd", "crds"], categories: ["api-extensions"],
            table: BuiltinTable.NameAndCreated, strategy: new CustomResources.DefinitionStrategy(), status: true, generation: true, unconditional: false);
        foreach (var rbac in AccessControl()) yield return rbac;
        foreach (var review in Reviews()) yield return review;
    }

    /// <summary>Kept and served, so that manifests that contain them apply; nothing is decided by them.</summary>
    private static IEnumerable<ResourceDefinition> AccessControl()
    {
        const string group = "rbac.authorization.k8s.io";
        yield return Of<V1Role>(group, "roles", table: BuiltinTable.NameAndCreated, strategy: new RbacStrategy());
        yield return Of<V1RoleBinding>(group, "rolebindings", table: BuiltinTable.NameAndCreated, strategy: new RbacStrategy());
        yield return Of<V1ClusterRole>(group, "clusterroles", namespaced: false, table: BuiltinTable.NameAndCreated, strategy: new RbacStrategy());
        yield return Of<V1ClusterRoleBinding>(group, "clusterrolebindings", namespaced: false, table: BuiltinTable.NameAndCreated, strategy: new RbacStrategy());
    }

    private static IEnumerable<ResourceDefinition> Reviews()
    {
        yield return Review<V1SelfSubjectReview>("authentication.k8s.io", "selfsubjectreviews");
        yield return Review<V1TokenReview>("authentication.k8s.io", "tokenreviews");
        yield return Review<V1LocalSubjectAccessReview>("authorization.k8s.io", "localsubjectaccessreviews", namespaced: true);
        yield return Review<V1SelfSubjectAccessReview>("authorization.k8s.io", "selfsubjectaccessreviews");
        yield return Review<V1SelfSubjectRulesReview>("authorization.k8s.io", "selfsubjectrulesreviews");
        yield return Review<V1SubjectAccessReview>("authorization.k8s.io", "subjectaccessreviews");
    }

    private static ResourceDefinition Review<T>(string group, string plural, bool namespaced = false) =>
        Of<T>(group, plural, namespaced, verbs: ["create"], table: BuiltinTable.NameAndCreated);

    private static ResourceDefinition Of<T>(string group, string plural, bool namespaced = true, string[]? shortNames = null, string[]? categories = null, ITableFormat? table = null,
        ResourceStrategy? strategy = null, bool status = false, bool generation = false, bool unconditional = true, string[]? verbs = null, string[]? fields = null,
        IObjectConversion? conversion = null, string? storage = null)
    {
        var kind = typeof(T) == typeof(Corev1Event) || typeof(T) == typeof(Eventsv1Event) ? "Event" : typeof(T).Name[2..];
        return new ResourceDefinition
        {
            Group = group,
            Version = "v1",
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            Kind = kind,
            Namespaced = namespaced,
            ShortNames = shortNames ?? [],
            Categories = categories ?? [],
            Verbs = verbs ?? Everything,
            Schema = BuiltinSchemas.Of(typeof(T)),
            ClrType = typeof(T),
            Table = table ?? BuiltinTable.NameAndAge,
            Strategy = strategy ?? ResourceStrategy.None,
            HasStatus = status,
            HasGeneration = generation,
            AllowsUnconditionalUpdate = unconditional,
            SelectableFields = fields ?? [],
            Conversion = conversion,
            StorageResource = storage ?? (group.Length == 0 ? plural : $"{plural}.{group}"),
        };
    }
}
