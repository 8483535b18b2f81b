import { Table } from 'antd'
import styles from './DataTable.module.css'
import type { DataTableProps, TableColumn } from './DataTable.tsx'

type VirtualTableProps = Required<Pick<DataTableProps<object>, 'label' | 'rows' | 'rowKey' | 'minWidth' | 'height'>> & {
  columns: TableColumn<object>[]
}

/** Hundreds of rows and more: only those in sight are drawn. */
export function VirtualTable({ label, rows, rowKey, columns, minWidth, height }: VirtualTableProps) {
  return (
    <Table<object>
      className={styles.print}
      aria-label={label}
      columns={columns}
      dataSource={[...rows]}
      rowKey={rowKey}
      pagination={false}
      virtual
      scroll={{ x: minWidth, y: height }}
    />
  )
}
