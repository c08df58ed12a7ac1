/// <reference types="@cloudflare/vitest-plugin/types" />
import type { D1Migration } from "@cloudflare/vitest-plugin";
import type { Env } from "../../workers/pipeline/env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends BentoEnv {
      TEST_MIGRATIONS: D1Migration[];
    }
  }
}

type BentoEnv = Env;
