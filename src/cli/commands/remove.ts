import { EDIT_OPTIONS, editFile } from "../edit-command.ts";
import type { Command } from "../types.ts";

/** `mach-nix remove NAME...`. */
export const command: Command = {
  spec: {
    description: [
      "Takes packages out of a requirements file, locks again and makes the environment anew, without what only they needed. Everything else in the file stays as it is. Where that fails, nothing has changed.",
      "The file is the requirements.txt of the current directory, or of the directory given with -r. There has to be a lock beside it; the environment is made where there is one.",
    ],
    operands: [{ name: "NAME", required: true, repeat: true }],
    options: EDIT_OPTIONS,
    examples: [{ line: "mach-nix remove numpy -r ./env", says: "out of the environment ./env" }],
  },
  run: (invocation) => editFile(invocation, { remove: invocation.given.operands }),
};
