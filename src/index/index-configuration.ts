/** Where packages are looked for. URLs may carry credentials; they are never shown or kept. */
export interface IndexConfiguration {
  /** The main index; absent with `--no-index`. */
  readonly indexUrl?: string;
  /** Asked before the main one, in this order. */
  readonly extraIndexUrls: readonly string[];
  /** Folders, archives' pages, or URLs of either. */
  readonly findLinks: readonly string[];
}
