/** The input of the migration Lambda, sent by the program's Invocation. */
export interface MigrationRequest {
  /** Hash of the migration bundle: a new one makes the Invocation run again. */
  readonly bundleHash: string;
  /** RDS's own id of the server: a replaced database must be migrated again. */
  readonly databaseResourceId: string;
  /** Role that ingest and emitter log in as; the migration makes it. */
  readonly runtimeRole: string;
  /** The master user's password. Never logged, never returned. */
  readonly masterPassword: string;
  /**
   * Random, secret, and not used: the provider writes the MD5 of the whole request into the state in
   * plain, where a password that a person chose could be guessed if all the rest were known.
   */
  readonly salt: string;
}

/** What the migration Lambda returns; it ends in Pulumi's state, so it holds no secret. */
export interface MigrationResult {
  /** Names of the migrations that ran this time, in order. */
  readonly migrations: string[];
  /** Names of those that the database has and this version does not know: a newer one was here. */
  readonly newerMigrations: string[];
}
