import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { ConfigProvider } from 'antd'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { ProblemError } from '~/api/problem.ts'
import { startI18n } from '~/i18n/i18n.ts'
import { atWall } from '~/shared/lib/dates.ts'
import { Loaded } from './Loaded.tsx'

beforeAll(() => startI18n('zh-CN'))
afterEach(cleanup)

const show = (data: string[]) => <p>{data.join()}</p>

it('shows a skeleton until the first answer', () => {
  render(<Loaded query={{ data: undefined, error: null, refetch: vi.fn() }}>{show}</Loaded>)
  expect(screen.getByRole('status', { busy: true })).toBeTruthy()
})

it('shows what went wrong, the request to name, and tries again', () => {
  const refetch = vi.fn()
  const error = new ProblemError({ status: 503, code: 'busy', trace: 'abc123' })
  render(
    <ConfigProvider button={{ autoInsertSpace: false }}>
      <Loaded query={{ data: undefined, error, refetch }}>{show}</Loaded>
    </ConfigProvider>,
  )
  expect(screen.getByText('服务器正忙，请稍后再试')).toBeTruthy()
  expect(screen.getByText('请求编号 abc123')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: '重试' }))
  expect(refetch).toHaveBeenCalledOnce()
})

it('says how old the data are when they could not be refreshed, and tries again', () => {
  const refetch = vi.fn()
  const error = new ProblemError({ status: 0, code: 'network' })
  const query = { data: ['a'], error, dataUpdatedAt: atWall('2026-11-21', '09:05'), refetch }
  const { rerender } = render(
    <ConfigProvider button={{ autoInsertSpace: false }}>
      <Loaded query={query}>{show}</Loaded>
    </ConfigProvider>,
  )
  expect(screen.getByText('a')).toBeTruthy()
  expect(screen.getByRole('status').textContent).toContain('未能刷新，显示的是 09:05 的数据')
  fireEvent.click(screen.getByRole('button', { name: '重试' }))
  expect(refetch).toHaveBeenCalledOnce()
  rerender(<Loaded query={{ ...query, error: null }}>{show}</Loaded>)
  expect(screen.queryByRole('status')).toBeNull()
})

it('keeps old data in sight, dimmed, and shows emptiness in words', () => {
  const query = { data: ['a'], error: null, isPlaceholderData: true, refetch: vi.fn() }
  const { container, rerender } = render(<Loaded query={query}>{show}</Loaded>)
  expect(container.querySelector('[aria-busy="true"]')).toBeTruthy()
  rerender(
    <Loaded query={{ ...query, data: [] }} isEmpty={(data) => data.length === 0}>
      {show}
    </Loaded>,
  )
  expect(screen.getByText('暂无数据')).toBeTruthy()
})
