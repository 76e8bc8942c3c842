/**
 * What can be made of a lock besides an environment. Takes a locked target, gives text; touches
 * nothing.
 */
export { emitTree, type TreeNode, type TreeOptions, treeOf } from "./tree.ts";
