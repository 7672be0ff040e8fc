/** Superuser of the server, as RDS calls its own; nobody but tests logs in as it. */
export const superuser = "rdsadmin";

/**
 * Who may log in how: pg_hba.conf. TLS is forced, as RDS does from version 15 on. A member of rds_iam
 * brings an IAM token, which RDS checks; here nobody can, so any password is taken from this machine.
 *
 * The master user's line stands before that of rds_iam's members. Since PostgreSQL 16 it is one: to
 * grant rds_iam it needs its administration, and `+rds_iam` takes that for a membership (tried on 17).
 */
export function accessRules(master: string, iamAuthentication: boolean): string {
  const rules = [
    ["hostnossl", "all", "all", "all", "reject"],
    ["hostssl", "all", superuser, "127.0.0.1/32", "scram-sha-256"],
    ["hostssl", "all", `"${master}"`, "127.0.0.1/32", "scram-sha-256"],
    ...(iamAuthentication ? [["hostssl", "all", "+rds_iam", "127.0.0.1/32", "trust"]] : []),
    ["hostssl", "all", "all", "127.0.0.1/32", "scram-sha-256"],
  ];
  return rules.map((rule) => rule.join(" ") + "\n").join("");
}
