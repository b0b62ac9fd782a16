// Which end sets a plug up: each its own side, or one of them both.

import { describeConstraints, joinWords, meshroomCommand } from "../base/words";
import type { Diagnostic } from "../diagnostic";
import type { Mode, Plug } from "../model/types";
import type { EndHooks, PlugEnd, Problems, Side } from "./resolved-plug";

export interface Ownership {
  /** The ends whose hooks run, in set-up order. */
  owners: readonly Side[];
  /** One line: why these. */
  reason: string;
}

/** An end with the hooks that serve it. */
export interface HookedEnd {
  end: PlugEnd;
  hooks: EndHooks;
}

/** What a manifest written by the Python tool says as `owner` where each end is to set up its own side. */
const eachItsOwn = "both";

function ownsBoth({ hooks }: HookedEnd): boolean {
  return hooks.setup.some((hook) => hook.ownsBoth);
}

function ownsItself({ hooks }: HookedEnd): boolean {
  return hooks.setup.length > 0 && hooks.setup.every((hook) => !hook.ownsBoth);
}

/**
 * 1. Both ends own themselves: both run; in push the destination first, in pull the source.
 * 2. Else an end that owns both runs alone, the source before the destination.
 * 3. Else the plug has no owner: PLUG_UNOWNED.
 *
 * `owner` in the manifest says that this instance sets the plug up alone, so it must name an end that owns both
 * (OWNER_INVALID), in case 1 as well: running both ends would be the opposite of what it asks for.
 */
export function decideOwners(plug: Plug, mode: Mode, source: HookedEnd, destination: HookedEnd): Ownership | Problems {
  const named = [source, destination].filter((hooked) => isOwner(plug, hooked));
  const wantsBoth = named.length === 0 && plug.owner === eachItsOwn;
  if (plug.owner !== undefined && named.length === 0 && !wantsBoth) return explainUnknownOwner(plug);

  const eachOwnsItself = ownsItself(source) && ownsItself(destination);
  const able = [source, destination].filter(ownsBoth);
  if (!eachOwnsItself && able.length === 0) return explainUnowned(plug, source, destination);
  if (wantsBoth && !eachOwnsItself)
    return explainNotEach(
      plug,
      [source, destination].filter((end) => !ownsItself(end)),
    );

  const [owner] = named;
  if (owner)
    return able.includes(owner) ? alone(owner, `as ${plug.manifest} says`) : explainUnableOwner(plug, owner, able);
  if (eachOwnsItself) return each(mode, source, destination);
  const [first, second] = able as [HookedEnd, HookedEnd?];
  return alone(first, second ? "and so could the destination, but the source comes first" : hookThatOwns(first));
}

/** The loader writes addresses; a full `product/instance` is one too. */
function isOwner({ owner }: Plug, { end }: HookedEnd): boolean {
  const { address, product, name } = end.instance;
  return owner === address || owner === `${product}/${name}`;
}

function each(mode: Mode, source: HookedEnd, destination: HookedEnd): Ownership {
  const [first, second] = mode === "push" ? [destination, source] : [source, destination];
  const reason = `each end sets up its own side; in ${mode} the ${first.end.side} goes first`;
  return { owners: [first.end.side, second.end.side], reason };
}

function alone({ end }: HookedEnd, why: string): Ownership {
  return { owners: [end.side], reason: `${end.instance.address} sets up both ends, ${why}` };
}

function hookThatOwns({ hooks }: HookedEnd): string {
  const titles = hooks.setup.filter((hook) => hook.ownsBoth).map((hook) => hook.title);
  return `by ${joinWords(titles)}`;
}

function explainUnowned(plug: Plug, source: HookedEnd, destination: HookedEnd): Problems {
  const ends = [source, destination];
  const lacking = ends.filter((hooked) => !ownsItself(hooked));
  const states = ends.map((hooked) =>
    ownsItself(hooked)
      ? `the set-up hooks of ${nameEnd(hooked)} own only its side`
      : `${nameEnd(hooked)} has no set-up hook`,
  );
  const { constraints } = source.end;
  return {
    problems: [
      {
        code: "PLUG_UNOWNED",
        severity: "error",
        summary: `nothing sets up ${plug.src_instance} -> ${plug.dst_instance}: the capabilities match for ${plug.topic} (${describeConstraints(constraints)}), but ${joinWords(states)}`,
        remedy: lacking.map(scaffoldCommand).join(" && "),
        at: plug.at,
      },
    ],
  };
}

function scaffoldCommand({ end }: HookedEnd): string {
  const options = end.constraints.mode === "pull" ? ["--mode", "pull"] : [];
  return meshroomCommand("create integration", [end.product.name, end.peer.product, end.topic, end.role], options);
}

function explainUnknownOwner(plug: Plug): Problems {
  const summary = `owner is ${plug.owner}, which is no end of the plug ${plug.src_instance} -> ${plug.dst_instance}`;
  return ownerInvalid(
    plug,
    summary,
    `set owner in ${plug.manifest} to ${plug.src_instance} or ${plug.dst_instance}, or leave it out`,
  );
}

function explainUnableOwner(plug: Plug, owner: HookedEnd, able: readonly HookedEnd[]): Problems {
  const summary = `owner of the plug ${plug.src_instance} -> ${plug.dst_instance} is ${nameEnd(owner)}, which has no set-up hook that owns both ends`;
  const [other] = able;
  const repair = other ? `set it to ${other.end.instance.address}` : "leave it out, and each end sets up its own side";
  return ownerInvalid(
    plug,
    summary,
    `mark a set-up hook of ${owner.end.product.name} with ownsBoth, or change owner in ${plug.manifest}: ${repair}`,
  );
}

function explainNotEach(plug: Plug, unable: readonly HookedEnd[]): Problems {
  const names = joinWords(unable.map(nameEnd));
  const summary = `owner of the plug ${plug.src_instance} -> ${plug.dst_instance} is both, but not each end sets up just its own side: not ${names}`;
  return ownerInvalid(plug, summary, `leave owner out in ${plug.manifest}`);
}

function ownerInvalid(plug: Plug, summary: string, remedy: string): Problems {
  const problem: Diagnostic = { code: "OWNER_INVALID", severity: "error", summary, remedy, at: plug.at };
  return { problems: [problem] };
}

function nameEnd({ end }: HookedEnd): string {
  return `${end.instance.address} (${end.role}, product ${end.product.name})`;
}
