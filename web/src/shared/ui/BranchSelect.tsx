import { TreeSelect } from 'antd'
import { useMemo } from 'react'
import { api } from '~/api/client.ts'
import { type BranchNode, branchTree } from '~/shared/lib/branches.ts'

export interface BranchSelectProps {
  id?: string
  value?: string | null
  onChange?: (id: string | undefined) => void
  placeholder?: string
  allowClear?: boolean
  className?: string
  /** A branch that must not be chosen, nor what lies below it. */
  without?: string
  'aria-label'?: string
}

interface Option {
  value: string
  title: string
  children?: Option[]
}

/** Chooses a branch (网点) from the tree. */
export function BranchSelect(props: BranchSelectProps) {
  const { data, isFetching } = api.useQuery('get', '/api/v1/branches', {}, { staleTime: 60_000 })
  const { without, value } = props
  const options = useMemo(() => {
    const shown = (data ?? []).filter((branch) => branch.active || branch.id === value)
    const option = (node: BranchNode<(typeof shown)[number]>): Option[] =>
      node.id === without
        ? []
        : [{ value: node.id, title: node.name, children: node.children?.flatMap((child) => option(child)) }]
    return branchTree(shown).flatMap(option)
  }, [data, without, value])
  return (
    <TreeSelect
      id={props.id}
      className={props.className}
      aria-label={props['aria-label']}
      value={value ?? undefined}
      onChange={(id: string | undefined) => props.onChange?.(id)}
      allowClear={props.allowClear ?? true}
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDefaultExpandAll
      loading={isFetching}
      placeholder={props.placeholder}
      treeData={options}
    />
  )
}
