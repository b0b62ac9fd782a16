// `npm run crash`: kills hundreds of runs, by test/crash/. Arguments go there.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
require("ts-node").register({ transpileOnly: true });
require("../test/crash/main.ts");
