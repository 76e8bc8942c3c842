/** The phases of work that can take long enough to be shown. */
export type Phase =
  | "index"
  | "metadata"
  | "resolve"
  | "download"
  | "unpack"
  | "build"
  | "compile"
  | "link"
  | "verify"
  | "collect";

/** What a stage tells while it works; only the command line renders it. */
export type ProgressEvent =
  | {
      readonly kind: "start";
      readonly phase: Phase;
      readonly total?: number;
      readonly unit: "items" | "bytes";
    }
  | {
      readonly kind: "progress";
      readonly phase: Phase;
      /** Done so far, in the phase's unit. */
      readonly done: number;
      readonly total?: number;
      /** What is being worked on, such as a file name. */
      readonly item?: string;
    }
  | { readonly kind: "end"; readonly phase: Phase; readonly done: number }
  | {
      readonly kind: "note";
      readonly level: "info" | "warning";
      /** Kebab-case and permanent, as error codes are. */
      readonly code: string;
      readonly message: string;
      readonly facts?: Readonly<Record<string, unknown>>;
    };

export type Report = (event: ProgressEvent) => void;

/** A report that hears nothing. */
export function silent(): void {
  return undefined;
}
