// Words for commands and constraints that the command line shares with messages.
export { describeConstraints, meshroomCommand } from "../graph/describe";
