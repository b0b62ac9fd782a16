// The environment of hook hosts.

/** For hosts that run hooks: without what belongs to Pulumi and to us: passphrases, tokens, secrets. */
export function scrubbedEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment).filter(([name]) => !/^(PULUMI|MESHROOM)_/i.test(name));
  return Object.fromEntries(entries);
}

/** What a program needs to start and to speak the person's language; no name of a credential is among them. */
const harmless =
  /^(PATH|HOME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TMP|TEMP|XDG_(CACHE|STATE)_HOME|SYSTEMROOT|SYSTEMDRIVE|WINDIR|PATHEXT|COMSPEC|USERPROFILE|LOCALAPPDATA|MESHROOM_PYTHON)$/i;

/** For what only looks at files, be it by loading them: names that are allowed, instead of names that are not. */
export function barestEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => harmless.test(name)));
}
