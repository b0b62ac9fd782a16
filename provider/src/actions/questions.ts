// Questions that hooks ask of a person while `up` or `down` runs: the command line serves them at its terminal.

export { hasTerminal, type Screen, serveTerminal } from "../hooks/hosts/ask-at-terminal";
export { MANUAL_STEPS_DONE, TERMINAL } from "../hooks/hosts/ask-person";
