import * as pulumi from "@pulumi/pulumi";

/** `value`, known only once the resources exist: whoever uses it comes after them. */
export function availableAfter(
  resources: pulumi.CustomResource[],
  value: pulumi.Input<string>,
): pulumi.Output<string> {
  const ids = pulumi.all(resources.map((resource) => resource.id));
  return pulumi.all([value, ids]).apply(([known]) => known);
}
