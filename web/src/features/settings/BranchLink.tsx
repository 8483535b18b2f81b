import { Link } from '@tanstack/react-router'

/** Opens the form of a branch. */
export function BranchLink({ branch }: { branch: { id: string; name: string } }) {
  return (
    <Link to="/settings/branches" search={(old) => ({ ...old, edit: branch.id })} className="lk-strong">
      {branch.name}
    </Link>
  )
}
