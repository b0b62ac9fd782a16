/** Unit tests run on the TypeScript sources; tests under test/engine run the compiled package under the real engine. */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/test/fixtures/"],
  setupFilesAfterEnv: ["<rootDir>/test/limits.ts"],
  moduleNameMapper: {
    "^pulumi-meshroom/hooks$": "<rootDir>/provider/src/hooks/imported/api.ts",
    "^pulumi-meshroom/catalogue$": "<rootDir>/provider/src/hooks/imported/catalogue.ts",
  },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
};
