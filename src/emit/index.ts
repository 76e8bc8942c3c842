/**
 * What can be made of a lock besides an environment: trees, answers to why, files for other tools.
 * Takes a lock and its targets, gives text or data; touches nothing.
 */
export { targetsOf } from "./choose-targets.ts";
export { EMIT_ERRORS } from "./errors.ts";
export type { ExportInput, ExportPlaces } from "./export-format.ts";
export { type ExportFormat, EXPORTS, leftOutOf } from "./export-lock.ts";
export { type Licence, licenceOf } from "./licence.ts";
export { nixExpression } from "./nix-expression.ts";
export { NIX_FILES } from "./nix-files.ts";
export { type TreeNode, type TreeOptions, treeOf } from "./tree.ts";
export { emitTree, type TreeTextOptions } from "./tree-text.ts";
export { packageNames, type Why, whyOf, type WhyPath, type WhyStep, whyText } from "./why.ts";
