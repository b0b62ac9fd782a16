#!/usr/bin/env node
// In git, unlike what is compiled, so that npm finds something to link in a fresh checkout.
require("../dist/cli/main.js");
