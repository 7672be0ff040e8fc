// The account that the local stack pretends to be in.

export const accountId = "123456789012";
export const partition = "aws";

/** An ARN in it. */
export function arnOf(region: string, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** What it answers to the program's questions. Throws on a question that it does not know. */
export function answerOf(
  region: string,
  token: string,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId,
        arn: `arn:${partition}:iam::${accountId}:root`,
        userId: accountId,
        id: accountId,
      };
    case "aws:index/getPartition:getPartition":
      return { partition, dnsSuffix: "amazonaws.com", id: partition };
    case "aws:index/getRegion:getRegion":
      return { region, id: region };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      return { names: zonesOf(region), id: region };
    case "aws:ec2/getVpcEndpointService:getVpcEndpointService":
      return { availabilityZones: zonesOf(region), id: String(inputs["serviceName"]) };
    case "aws:s3/getBucket:getBucket": {
      const bucket = String(inputs["bucket"]);
      return { bucket, id: bucket, arn: `arn:${partition}:s3:::${bucket}`, bucketRegion: region };
    }
    default:
      throw new Error(`the local stack does not answer ${token}`);
  }
}

function zonesOf(region: string): string[] {
  return ["a", "b", "c"].map((letter) => region + letter);
}
