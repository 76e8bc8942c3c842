// Projects in source form that build with nothing but Python: their backend is in their tree.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface SourceProject {
  readonly name: string;
  readonly version?: string;
  /** What `hello()` of its module gives. */
  readonly says?: string;
  /** `build-system.requires`. */
  readonly requires?: readonly string[];
  /** Its pyproject.toml says what it needs (nothing), so that nothing has to be run to know it. */
  readonly isStatic?: boolean;
  /** Python run where the wheel is built. */
  readonly onBuild?: string;
  /** More lines of its METADATA. */
  readonly metadata?: readonly string[];
}

/** Writes a project into a folder: a module of its name with `hello()`, and a command that prints it. */
export function writeProject(folder: string, project: SourceProject): void {
  const { name, version = "1.0", says = "hello", requires = [], onBuild = "pass" } = project;
  const isStatic = project.isStatic === true;
  mkdirSync(join(folder, "backend"), { recursive: true });
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "__init__.py"), moduleText(says));
  const { metadata = [] } = project;
  const backend = backendText({ name, version, onBuild, metadata });
  writeFileSync(join(folder, "backend", "backend.py"), backend);
  writeFileSync(
    join(folder, "pyproject.toml"),
    [
      "[build-system]",
      `requires = ${JSON.stringify(requires)}`,
      'build-backend = "backend"',
      'backend-path = ["backend"]',
      "[project]",
      `name = "${name}"`,
      isStatic ? `version = "${version}"` : 'dynamic = ["version", "dependencies"]',
      "",
    ].join("\n"),
  );
}

/** The text of a project's module. */
export function moduleText(says: string): string {
  return `def hello():\n    print(${JSON.stringify(says)})\n`;
}

function backendText(given: {
  readonly name: string;
  readonly version: string;
  readonly onBuild: string;
  readonly metadata: readonly string[];
}): string {
  return `
import base64, hashlib, os, zipfile
NAME, VERSION = ${JSON.stringify(given.name)}, ${JSON.stringify(given.version)}
INFO = f"{NAME}-{VERSION}.dist-info"
METADATA = f"Metadata-Version: 2.1\\nName: {NAME}\\nVersion: {VERSION}\\n"
METADATA += "".join(line + "\\n" for line in ${JSON.stringify(given.metadata)})

def line(name, text):
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(text.encode())}\\n"

def wheel(folder, files):
    ${given.onBuild}
    files = dict(files)
    files[f"{INFO}/METADATA"] = METADATA
    files[f"{INFO}/WHEEL"] = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[f"{INFO}/entry_points.txt"] = f"[console_scripts]\\nsay-{NAME} = {NAME}:hello\\n"
    record = "".join(line(name, text) for name, text in files.items())
    files[f"{INFO}/RECORD"] = record + f"{INFO}/RECORD,,\\n"
    filename = f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, filename), "w") as archive:
        for name, text in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), text)
    return filename

def build_wheel(folder, config_settings=None, metadata_directory=None):
    with open(f"{NAME}/__init__.py") as file:
        return wheel(folder, {f"{NAME}/__init__.py": file.read()})

def build_editable(folder, config_settings=None, metadata_directory=None):
    return wheel(folder, {f"{NAME}.pth": os.getcwd() + "\\n"})

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    os.mkdir(os.path.join(folder, INFO))
    with open(os.path.join(folder, INFO, "METADATA"), "w") as file:
        file.write(METADATA)
    return INFO
`;
}
