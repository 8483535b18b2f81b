import { expect, test } from 'vitest'
import { fileName, queryText } from './download.ts'

test('names of files are read as people write them', () => {
  expect(fileName('attachment; filename="customers.csv"')).toBe('customers.csv')
  expect(fileName('attachment; filename="c.xlsx"; filename*=UTF-8\'\'%E5%AE%A2%E6%88%B7.xlsx')).toBe('客户.xlsx')
  expect(fileName('attachment; filename="c.csv"; filename*=UTF-8\'\'%E5%')).toBe('c.csv')
  expect(fileName(null)).toBeUndefined()
})

test('parameters that say nothing are left out', () => {
  expect(queryText({ q: '王', tier: undefined, tag: '', idle: 0, x: null })).toBe('q=%E7%8E%8B&idle=0')
})
