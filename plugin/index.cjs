// Serves the components of the published package to Pulumi's engine. They are not exported from here:
// Pulumi would name their package after this folder's.
const { componentProviderHost } = require("@pulumi/pulumi/provider/experimental/provider");
const { EdpMonitor, PackageSubscription, QuiltEngine } = require("edp-monitor");

void componentProviderHost({
  name: "edp-monitor",
  dirname: __dirname,
  components: [EdpMonitor, PackageSubscription, QuiltEngine],
});
