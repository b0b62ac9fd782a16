// Writes every message into Sagan's FIFO. Sagan's hook runs first and leaves `pipe` in the plug.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { plugId } from "../../../../lib/plug-id.ts";
import { SyslogNg } from "../../client/daemon.ts";

/** Route all messages to Sagan */
export const addRoute = setup({ exclusive: true }, async ({ instance, plug, signal }) => {
  await new SyslogNg(instance, signal).use(plugId(plug), routeFragment(plugId(plug), plug.settings.pipe));
});

/** Remove the route */
export const removeRoute = teardown({ exclusive: true }, async ({ instance, plug, signal }) => {
  await new SyslogNg(instance, signal).drop(plugId(plug));
});

/** Is the route still there? */
export const checkRoute = status(async ({ instance, plug, signal }) => {
  const fragment = new SyslogNg(instance, signal).read(plugId(plug));
  if (fragment === undefined) return false;
  return (
    fragment === routeFragment(plugId(plug), plug.settings.pipe) || `the fragment ${plugId(plug)}.conf was changed`
  );
});

const fields = "$SOURCEIP|$FACILITY|$PRIORITY|$LEVEL|$TAG|$YEAR-$MONTH-$DAY|$HOUR:$MIN:$SEC|$PROGRAM| $MESSAGE";

/** `catchall` takes the messages of all sources, those of intakes to come as well, but for syslog-ng's own. */
function routeFragment(id: string, pipe: string): string {
  return `# Written by Meshroom: every message to Sagan.
filter f_${id} { not tags(".source.s_internal"); };
destination d_${id} { pipe("${pipe}" template("${fields}\\n")); };
log { filter(f_${id}); destination(d_${id}); flags(catchall); };
`;
}
