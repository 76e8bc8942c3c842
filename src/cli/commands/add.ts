import { EDIT_OPTIONS, editFile } from "../edit-command.ts";
import type { Command } from "../types.ts";

/** `mach-nix add NAME...`. */
export const command: Command = {
  spec: {
    description: [
      "Adds packages to a requirements file, locks again and makes the environment anew; other versions stay as far as they fit. A line of the same name is replaced; everything else in the file stays as it is. Where that fails, nothing has changed.",
      "The file is the requirements.txt of the current directory, or of the directory given with -r. There has to be a lock beside it; the environment is made where there is one.",
    ],
    operands: [{ name: "NAME", required: true, repeat: true }],
    options: EDIT_OPTIONS,
    examples: [
      { line: "mach-nix add numpy 'requests>=2.30' -r ./env", says: "into the environment ./env" },
      { line: "mach-nix add rich", says: "into the current directory's requirements.txt" },
    ],
  },
  run: (invocation) => editFile(invocation, { add: invocation.given.operands }),
};
