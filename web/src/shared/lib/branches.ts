export interface BranchLike {
  id: string
  parent_id?: string | null
  name: string
}

/** A branch with what lies below it. */
export type BranchNode<B extends BranchLike> = B & { children?: BranchNode<B>[] }

/** The tree of branches (网点): those whose parent is not visible stand at the top. */
export function branchTree<B extends BranchLike>(branches: readonly B[]): BranchNode<B>[] {
  const known = new Set(branches.map((branch) => branch.id))
  const under = (parent: string | undefined): BranchNode<B>[] =>
    branches
      .filter((branch) =>
        parent === undefined ? !branch.parent_id || !known.has(branch.parent_id) : branch.parent_id === parent,
      )
      .map((branch) => {
        const children = under(branch.id)
        return children.length > 0 ? { ...branch, children } : { ...branch }
      })
  return under(undefined)
}
