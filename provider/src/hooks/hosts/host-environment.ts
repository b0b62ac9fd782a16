// The environment of hook hosts.

/** Without what belongs to Pulumi and to us: passphrases, tokens, secrets. */
export function scrubbedEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment).filter(([name]) => !/^(PULUMI|MESHROOM)_/i.test(name));
  return Object.fromEntries(entries);
}
