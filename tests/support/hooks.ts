import { stopTestServer } from "../../support/postgres";

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    await stopTestServer();
  },
};
